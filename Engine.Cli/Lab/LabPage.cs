using System.Globalization;
using Engine.Lab;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>Prints a page of the book: the question, the rule before the figures, and the verdict after them.</summary>
internal static class LabPage
{
    private const int Columns = 100;

    /// <summary>Prints a page.</summary>
    /// <param name="entry">The page.</param>
    /// <param name="result">What its experiment found.</param>
    /// <param name="language">The language.</param>
    /// <param name="streams">Where to print.</param>
    public static void Write(LabEntry entry, LabResult result, LabLanguage language, CommandStreams streams)
    {
        var output = streams.Output;
        output.WriteLine($"{entry.Name}  ({language.Of(entry.Group)})");
        Say(new("问", "question"), entry.Question);
        Say(new("说法", "claim"), entry.Claim);
        Say(new("答", "answer"), entry.Answer);
        Say(new("判据", "rule"), entry.Rule);
        var table = new ResultTable(output, streams.OutputIsTerminal);
        foreach (var figures in result.Tables)
        {
            output.WriteLine();
            output.WriteLine(language.Of(figures.Title));
            table.Write(
                [.. figures.Columns.Select((column, i) => (i == 0 ? "" : ">") + language.Of(column))],
                figures.Rows.Select(row => (string[])[language.Of(row.Name), .. row.Values.Select(Number)]));
        }
        output.WriteLine();
        output.WriteLine(
            $"{language.Of(new Bilingual("结论", "verdict"))}: {language.Of(result.Verdict.Kind).ToUpperInvariant()}"
            + $" ({language.Of(result.Verdict.Because)})");
        Say(new("文献", "literature"), entry.Literature);
        if (entry.Papers.Count > 0)
            List(new("论文", "papers"), entry.Papers.Select(paper =>
                paper.ArXiv is null ? paper.Name : $"{paper.Name}, arXiv {paper.ArXiv}"));
        List(new("代码", "source"), entry.Sources);
        List(new("测试", "tests"), entry.Tests);
        List(new("博物馆", "museum"), entry.Exhibits);
        if (entry.Parameters.Count > 0)
            List(new("可改", "change"), entry.Parameters.Select(parameter => FormattableString.Invariant(
                $"--{parameter.Name} {Default(parameter)} ({language.Of(parameter.Meaning)})")));
        List(new("接着问", "next"), entry.Next.Select(next => $"engine lab {next}"));
        output.WriteLine();

        void Say(Bilingual name, Bilingual text)
        {
            var prefix = language.Of(name) + ": ";
            foreach (var line in LabText.Wrap(prefix + language.Of(text), Columns)) output.WriteLine(line);
        }

        void List(Bilingual name, IEnumerable<string> items)
        {
            if (items.Any()) Say(name, new(string.Join("; ", items), string.Join("; ", items)));
        }
    }

    /// <summary>A page as one line of JSON, in both languages.</summary>
    public static string Json(
        LabEntry entry, LabResult result, LabOptions options, IReadOnlyDictionary<string, double> values) =>
        JsonOutput.OneLine(new
        {
            name = entry.Name,
            group = entry.Group.ToString().ToLowerInvariant(),
            question = entry.Question,
            claim = entry.Claim,
            answer = entry.Answer,
            rule = entry.Rule,
            seed = options.Seed,
            size = options.Size,
            parameters = entry.Parameters.ToDictionary(
                parameter => parameter.Name, parameter => values.GetValueOrDefault(parameter.Name, parameter.Default)),
            tables = result.Tables,
            pictures = result.Pictures.Select(Picture),
            verdict = result.Verdict.Kind switch
            {
                VerdictKind.Holds => "holds",
                VerdictKind.HoldsIf => "holds_if",
                VerdictKind.DoesNotHold => "does_not_hold",
                _ => "not_shown",
            },
            because = result.Verdict.Because,
            literature = entry.Literature,
            claims = entry.Claims,
            papers = entry.Papers,
            sources = entry.Sources,
            tests = entry.Tests,
            exhibits = entry.Exhibits,
            next = entry.Next,
        });

    private static object Default(LabParameter parameter) =>
        parameter.Choices is { } choices ? string.Join('|', choices) : parameter.Default;

    private static object Picture(LabPicture picture) => picture switch
    {
        LabPlot plot => new
        {
            kind = "lines",
            title = plot.Title,
            x = plot.X,
            y = plot.Y,
            lines = plot.Lines.Select(line => new
            {
                name = line.Name,
                points = line.Points.Select(point => (double[])[point.X, point.Y]),
                spread = line.Spread?.Select(range => (double[])[range.Low, range.High]),
            }),
        },
        LabBars bars => new
        {
            kind = "bars", title = bars.Title, y = bars.Y, series = bars.Series, groups = bars.Groups,
        },
        LabHeat heat => new
        {
            kind = "heat",
            title = heat.Title,
            row_axis = heat.RowAxis,
            column_axis = heat.ColumnAxis,
            columns = heat.Columns,
            rows = heat.Rows,
        },
        _ => throw new ArgumentException($"{picture.GetType().Name} is no known picture", nameof(picture)),
    };

    /// <summary>A figure with four digits; nothing where there is none.</summary>
    private static string Number(double value) => double.IsNaN(value) ? "-"
        : Math.Abs(value) is >= 1000 and < 1e9 && value == Math.Floor(value)
            ? value.ToString("#,0", CultureInfo.InvariantCulture)
            : value.ToString("G4", CultureInfo.InvariantCulture);
}
