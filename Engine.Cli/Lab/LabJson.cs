using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Lab;
using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>The results of pages as lines of JSON, which <c>--json</c> prints and <c>lab book --results</c> reads.
/// </summary>
internal static class LabJson
{
    private const string Remedy = "compute the results anew with engine lab all --json";
    private const int LongestName = 60; // columns

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new NullIsNoNumber(), new BothLanguages() },
    };

    /// <summary>A page as one line, in both languages.</summary>
    public static string Of(LabAnswer answer)
    {
        var (entry, result) = (answer.Entry, answer.Result);
        return JsonOutput.OneLine(new
        {
            name = entry.Name,
            group = entry.Group.ToString().ToLowerInvariant(),
            question = entry.Question,
            claim = entry.Claim,
            answer = entry.Answer,
            rule = entry.Rule,
            seed = answer.Seed,
            size = answer.Size,
            version = answer.Version,
            computed = answer.Computed,
            parameters = entry.Parameters.ToDictionary(
                parameter => parameter.Name,
                parameter => answer.Values.GetValueOrDefault(parameter.Name, parameter.Default)),
            tables = result.Tables,
            pictures = result.Pictures.Select(Picture),
            verdict = Verdict(result.Verdict.Kind),
            because = result.Verdict.Because,
            literature = entry.Literature,
            claims = entry.Claims,
            papers = entry.Papers,
            sources = entry.Sources,
            tests = entry.Tests,
            exhibits = entry.Exhibits,
            next = entry.Next,
        });
    }

    /// <summary>A verdict as JSON has it.</summary>
    public static string Verdict(VerdictKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>The answers of a file of results, in the order of the book.</summary>
    /// <exception cref="InputException">The file cannot be read, or a line is no result of a page.</exception>
    public static IReadOnlyList<LabAnswer> Read(string path)
    {
        var answers = new Dictionary<string, LabAnswer>();
        foreach (var (i, line) in TextLines.Stream(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            var place = FormattableString.Invariant($"{path}:{i + 1}");
            var json = InputFile.ParseJsonLine(line, place, Remedy);
            try
            {
                var answer = AnswerOf(json.Deserialize<Saved>(Options)
                    ?? throw new InputException("it is null"));
                if (!answers.TryAdd(answer.Entry.Name, answer))
                    throw new InputException($"'{answer.Entry.Name}' stands there twice");
            }
            catch (Exception failure) when (failure is JsonException or InputException)
            {
                throw new InputException($"{place}: is no result of a page ({Reason(failure)}); {Remedy}", failure);
            }
        }
        return answers.Count > 0
            ? [.. LabCatalogue.All.Where(page => answers.ContainsKey(page.Name)).Select(page => answers[page.Name])]
            : throw new InputException($"{path}: has no results; {Remedy}");
    }

    /// <summary>What is wrong with a line, without the words of .NET for programmers.</summary>
    private static string Reason(Exception failure)
    {
        var missing = failure.Message.Split("including: ");
        return failure is not JsonException json ? failure.Message.TrimEnd('.')
            : missing.Length > 1 ? $"it lacks {missing[1].Split(". ")[0].TrimEnd('.')}"
            : $"it has a value of the wrong kind at {Quoted(json.Path ?? "$")}";
    }

    // A file may hold any text in the place of a name.
    private static string Quoted(string text) => $"'{TextColumns.Cut(Printable.Of(text), LongestName)}'";

    private static LabAnswer AnswerOf(Saved saved)
    {
        var entry = LabCatalogue.All.FirstOrDefault(page => page.Name == saved.Name)
            ?? throw new InputException($"no page is called {Quoted(saved.Name)}");
        var kind = Enum.GetValues<VerdictKind>().Where(kind => Verdict(kind) == saved.Verdict).ToArray();
        if (kind.Length == 0) throw new InputException($"{Quoted(saved.Verdict)} is no verdict");
        return new LabAnswer
        {
            Entry = entry,
            Seed = saved.Seed,
            Size = saved.Size,
            Version = saved.Version,
            Computed = saved.Computed,
            Values = saved.Parameters.Where(given => entry.Parameters.Any(parameter =>
                    parameter.Name == given.Key && parameter.Default != given.Value)).ToDictionary(),
            Result = new LabResult
            {
                Tables = [.. Each(saved.Tables, "tables").Select(table => new LabTable(
                    table.Title, table.Columns, Rows(table.Rows, "rows", table.Columns.Length - 1)))],
                Pictures = [.. Each(saved.Pictures, "pictures").Select(PictureOf)],
                Verdict = new Verdict(kind[0], saved.Because),
            },
        };
    }

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
        _ => throw new UnreachableException(),
    };

    private static LabPicture PictureOf(SavedPicture saved) => saved.Kind switch
    {
        "lines" => new LabPlot(
            saved.Title, Axis(saved.X, "x"), Axis(saved.Y, "y"),
            [
                .. Each(saved.Lines, "lines").Select(line =>
                    new LabLine(line.Name, [.. line.Points.Select(Pair)]) { Spread = SpreadOf(line) }),
            ]),
        "bars" => new LabBars(
            saved.Title, Axis(saved.Y, "y"), Need(saved.Series, "series"),
            Rows(saved.Groups, "groups", saved.Series!.Length)),
        "heat" => new LabHeat(
            saved.Title, saved.RowAxis ?? throw Lacks("row_axis"), saved.ColumnAxis ?? throw Lacks("column_axis"),
            Need(saved.Columns, "columns"),
            Rows(saved.Rows, "rows", saved.Columns!.Length)),
        _ => throw new InputException($"{Quoted(saved.Kind)} is no kind of picture"),
    };

    private static LabRow[] Rows(SavedRow[]? rows, string key, int values) =>
        [.. Each(rows, key).Select(row => row.Values.Length == values
            ? new LabRow(row.Name, row.Values)
            : throw new InputException($"a row of '{key}' has {row.Values.Length} values, not {values}"))];

    private static (double, double)[]? SpreadOf(SavedLine line) =>
        line.Spread is null || line.Spread.Length == line.Points.Length
            ? line.Spread?.Select(Pair).ToArray()
            : throw new InputException("'spread' must have a range for each point");

    private static (double, double) Pair(double[] numbers) => numbers is [var first, var second]
        ? (first, second) : throw new InputException("a point must have two numbers");

    private static TValue Need<TValue>(TValue? value, string key) where TValue : class =>
        value ?? throw Lacks(key);

    private static InputException Lacks(string key) => new($"a picture lacks '{key}'");

    private static LabAxis Axis(SavedAxis? axis, string key) =>
        new(Need(axis, key).Name, axis!.IsLogarithmic);

    // The reader checks the values of an object, and not of a list.
    private static IEnumerable<TItem> Each<TItem>(TItem?[]? items, string key) where TItem : class =>
        Need(items, key).Select(item => item ?? throw new InputException($"'{key}' has a null"));

    private sealed record Saved(
        string Name, long Seed, string Size, string Version, DateTimeOffset Computed,
        Dictionary<string, double> Parameters, SavedTable[] Tables, SavedPicture[] Pictures, string Verdict,
        Bilingual Because);

    private sealed record SavedTable(Bilingual Title, Bilingual[] Columns, SavedRow[] Rows);

    private sealed record SavedRow(Bilingual Name, double[] Values);

    private sealed record SavedLine(Bilingual Name, double[][] Points, double[][]? Spread = null);

    private sealed record SavedPicture(
        string Kind, Bilingual Title, SavedAxis? X = null, SavedAxis? Y = null, SavedLine[]? Lines = null,
        Bilingual[]? Series = null, SavedRow[]? Groups = null, Bilingual? RowAxis = null,
        Bilingual? ColumnAxis = null, Bilingual[]? Columns = null, SavedRow[]? Rows = null);

    private sealed record SavedAxis(Bilingual Name, bool IsLogarithmic);

    private sealed record SavedText(string Chinese, string English);

    /// <summary>Refuses a text that lacks a language: of a structure, .NET checks no required value.</summary>
    private sealed class BothLanguages : JsonConverter<Bilingual>
    {
        public override Bilingual Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var text = (JsonConverter<SavedText>)options.GetConverter(typeof(SavedText));
            return text.Read(ref reader, typeof(SavedText), options) is { } read
                ? new Bilingual(read.Chinese, read.English) : throw new JsonException();
        }

        public override void Write(Utf8JsonWriter writer, Bilingual value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Results are written by JsonOutput.");
    }

    /// <summary>Reads null as NaN, as which it was written.</summary>
    private sealed class NullIsNoNumber : JsonConverter<double>
    {
        public override bool HandleNull => true;

        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? double.NaN
            : reader.GetDouble() is var number && double.IsFinite(number) ? number : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value);
    }
}
