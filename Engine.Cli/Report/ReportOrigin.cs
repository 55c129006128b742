using System.Text.Json;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The parts of the report that <c>run.json</c> and the configuration know: results, and how they came about.
/// </summary>
internal sealed class ReportOrigin
{
    private readonly JsonElement report;

    /// <summary>Reads the report of a run.</summary>
    /// <exception cref="InputException">The report cannot be read.</exception>
    public ReportOrigin(string folder)
    {
        var path = ModelFolder.PathOf(folder, ModelFolder.Report);
        report = RunReport.Read(path)
            ?? throw new InputException($"{path}: cannot be read as JSON; it must not change during the run.");
    }

    /// <summary>Why the run did not come to its end; empty for one that did.</summary>
    public string Reason() =>
        Value(report, "reason") is { } reason
            ? $"<p class=\"reason\"><strong>{Html.Text(Text(report, "status"))}:</strong> "
                + $"{Html.Text(reason.ToString())}</p>\n"
            : "";

    /// <summary>The figures of the model that was kept.</summary>
    public string Results(TextModel model, string? tested)
    {
        var loss = Number(report, "best_loss");
        (string Name, string Value)[] figures =
        [
            ("status", Text(report, "status")),
            ("validation BLEU", Number(report, "best_bleu") is { } bleu ? Printable.Fixed(bleu, 2) : ""),
            ("validation perplexity", loss is { } nats ? Printable.Perplexity(Math.Exp(nats)) : ""),
            ("validation loss", loss is { } value ? Printable.Fixed(value, 4) : ""),
            ("best update", Number(report, "best_update") is { } best ? Printable.Count(best) : ""),
            ("updates", Number(report, "updates") is { } updates ? Printable.Count(updates) : ""),
            ("time of training", Number(report, "seconds") is >= 0 and < Printable.MostSeconds and var seconds
                ? Printable.Time(TimeSpan.FromSeconds(seconds)) : ""),
            ("parameters", Printable.Count(model.Network.Parameters.Sum(parameter => (long)parameter.Count))),
            ("test set", tested ?? ""),
        ];
        return "<dl class=\"figures\">\n" + string.Concat(figures.Where(figure => figure.Value.Length > 0).Select(
            figure => $"<div><dt>{figure.Name}</dt><dd>{Html.Text(figure.Value)}</dd></div>\n")) + "</dl>\n";
    }

    /// <summary>The options with other values than the defaults, then all others.</summary>
    public static string Configuration(TrainingConfiguration configuration)
    {
        var others = OptionTable.All.Where(option => !option.IsDefaultIn(configuration)).ToArray();
        var defaults = new TrainingConfiguration();
        return (others.Length == 0
            ? "<p>All options have their defaults.</p>\n"
            : Html.Table(["Option", "Value", "Default"], others.Select(option => Row(option, defaults))))
            + "<details><summary>Options with their defaults</summary>\n"
            + Html.Table(
                ["Option", "Value"],
                OptionTable.All.Except(others).Where(IsRead).Select(option => Row(option, null)))
            + "</details>\n";

        bool IsRead(TrainingOption option) => option.Rules.All(rule =>
            rule.Readers.Intersect(configuration.Chosen(rule.Chooser)).Any());

        IEnumerable<string> Row(TrainingOption option, TrainingConfiguration? defaults)
        {
            yield return $"<code>--{option.Name}</code>";
            yield return Html.Text(option.TextIn(configuration));
            if (defaults is not null) yield return Html.Text(option.TextIn(defaults));
        }
    }

    /// <summary>The command, the machine, the data, and the runs that this run goes on from.</summary>
    public string Account()
    {
        (string Name, string Key)[] facts =
        [
            ("started", "started"), ("seed", "seed"), ("engine", "engine"), (".NET", "dotnet"),
            ("operating system", "os"), ("architecture", "architecture"), ("processors", "processors"),
            ("threads", "threads"), ("bits of a vector", "simd_bits"), ("training pairs", "train_pairs"),
            ("validation pairs", "valid_pairs"),
        ];
        var data = List(report, "data").Select(file => (string[])
        [
            Html.Text(Text(file, "path")),
            $"{Printable.Count(Number(file, "bytes") ?? 0)} bytes<br/><code>{Html.Text(Text(file, "sha256"))}</code>",
        ]).ToArray();
        var earlier = List(report, "earlier").Append(report).Select(run => (string[])
        [
            Html.Text(Text(run, "started")), Html.Text(Text(run, "status")),
            Number(run, "updates") is { } updates ? Printable.Count(updates) : "",
            $"<code>{Html.Text(Command(run))}</code>",
        ]).ToArray();
        return $"<pre>{Html.Text(Command(report))}</pre>\n"
            + Html.Table(
                ["Fact", "Value"], facts.Select(fact => (string[])[fact.Name, Html.Text(Text(report, fact.Key))]))
            + (data.Length == 0 ? "" : "<h3>Files that the run read</h3>\n" + Html.Table(["File", "SHA-256"], data))
            + (earlier.Length == 1 ? "" : "<h3>Parts of the run</h3>\n"
                + Html.Table(["Started", "Ended", "Updates", "Command"], earlier));
    }

    private static string Command(JsonElement run) => string.Join(
        ' ', List(run, "command").Select(part => ProgramName.Quoted(part.ToString())));

    private static IEnumerable<JsonElement> List(JsonElement owner, string key) =>
        Value(owner, key) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    private static string Text(JsonElement owner, string key) => Value(owner, key)?.ToString() ?? "unknown";

    private static double? Number(JsonElement owner, string key) =>
        Value(owner, key) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)
        && double.IsFinite(number) ? number : null;

    // An earlier run's part is copied from a file that anybody may have edited: any value can be of any kind.
    private static JsonElement? Value(JsonElement owner, string key) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(key, out var value)
        && value.ValueKind != JsonValueKind.Null ? value : null;
}
