using System.Globalization;
using Engine.Lab;

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

    /// <summary>The default of a parameter, or all its choices, the default first.</summary>
    public static object Default(LabParameter parameter) =>
        parameter.Choices is { } choices ? string.Join('|', choices) : parameter.Default;

    /// <summary>A figure with four digits; nothing where there is none.</summary>
    public static string Number(double value) => double.IsNaN(value) ? "-"
        : double.IsInfinity(value) ? value > 0 ? "∞" : "-∞"
        : Math.Abs(value) is >= 1000 and < 1e9 && value == Math.Floor(value)
            ? value.ToString("#,0", CultureInfo.InvariantCulture)
        : value.ToString("G4", CultureInfo.InvariantCulture) is var plain && !plain.Contains('E') ? plain
        : value.ToString("0.###e-0", CultureInfo.InvariantCulture);
}
