using System.Text.Json;
using Engine.Inspection;
using Engine.Training;

namespace Engine.Cli;

/// <summary>What a model consists of, and how it was trained: tables, or JSON.</summary>
internal static class SummaryReport
{
    /// <summary>Writes the layers, where the memory goes, and the run.</summary>
    /// <param name="streams">The output.</param>
    /// <param name="model">The model.</param>
    /// <param name="folder">The model's folder.</param>
    public static void WriteText(CommandStreams streams, TextModel model, string folder)
    {
        var summary = ModelSummary.Of(model);
        var table = new ResultTable(streams.Drawing, streams.OutputIsTerminal);
        table.WriteLine(summary.Title);
        if (RunOf(folder) is { } run) table.WriteLine($"run     {Text(run)}");
        table.Write(["layer", "kind", "tensors", ">parameters"], summary.Layers.Select(layer => (string[])
            [layer.Path, layer.Kind, string.Join(", ", layer.Tensors), Printable.Count(layer.Parameters)]));
        table.Write(
            ["kind", ">layers", ">parameters", ">share"],
            summary.Layers.GroupBy(layer => layer.Kind)
                .Select(kind => (kind.Key, Layers: kind.Count(), Parameters: kind.Sum(layer => layer.Parameters)))
                .OrderByDescending(kind => kind.Parameters).Select(kind => (string[])
                [
                    kind.Key, Printable.Count(kind.Layers), Printable.Count(kind.Parameters),
                    $"{Printable.Fixed(100.0 * kind.Parameters / summary.Parameters, 1)}%",
                ]));
        foreach (var line in Remarks(summary, model.Configuration)) table.WriteLine(line);
    }

    /// <summary>Writes the same as one JSON object.</summary>
    public static void WriteJson(TextWriter output, TextModel model, string folder)
    {
        var json = JsonSerializer.SerializeToNode(ModelSummary.Of(model), RecordJson.Options)!.AsObject();
        json["run"] = RunOf(folder) is { } run
            ? new System.Text.Json.Nodes.JsonObject(Keys.Where(key => run.TryGetProperty(key, out _)).Select(key =>
                KeyValuePair.Create(key, JsonSerializer.SerializeToNode(run.GetProperty(key)))))
            : null;
        output.WriteLine(json.ToJsonString(RecordJson.Options));
    }

    private static readonly string[] Keys =
    [
        "status", "updates", "seconds", "train_pairs", "best_update", "best_loss", "best_bleu", "best_accuracy",
    ];

    private static JsonElement? RunOf(string folder) =>
        RunReport.Read(ModelFolder.PathOf(folder, ModelFolder.Report));

    private static IEnumerable<string> Remarks(ModelSummary summary, TrainingConfiguration configuration)
    {
        yield return $"total   {Printable.Count(summary.Parameters)} parameters";
        if (summary.Sharing != "none" && summary.Target is not null)
        {
            yield return summary.Sharing == "all"
                ? "shared  source embedding, target embedding and output projection are one table"
                : "shared  target embedding and output projection are one table";
        }
        yield return "attends " + (summary.Attention.Count == 0
            ? "not: the model has no attention"
            : string.Join(", ", summary.Attention.GroupBy(attention => attention.Kind).Select(kind =>
                $"{AttentionChoice.Name(kind.Key)} in {Layers(kind.Count())}"))
                + FormattableString.Invariant($", with {summary.Attention[0].Heads} heads each"));
        var memory = summary.Memory;
        yield return $"memory  weights {Bytes(memory.Weights)}"
            + (memory.Buffers > 0 ? $", buffers {Bytes(memory.Buffers)}" : "")
            + $"; training adds gradients {Bytes(memory.Gradients)}, {configuration.Optimizer}'s state "
            + $"{Bytes(memory.Optimizer)}, and the tensors of a step";

        static string Layers(int count) => count == 1 ? "1 layer" : FormattableString.Invariant($"{count} layers");
    }

    /// <summary>The run in words, of what its report has.</summary>
    private static string Text(JsonElement run)
    {
        var (updates, pairs, seconds) = (Number("updates"), Number("train_pairs"), Number("seconds"));
        string?[] parts =
        [
            run.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String
                ? status.GetString() : null,
            updates is { } count ? $"{Printable.Count(count)} updates" : null,
            pairs is { } text ? $"of {Printable.Count(text)} pairs" : null,
            seconds is > 0 and < Printable.MostSeconds
                ? $"in {Printable.Time(TimeSpan.FromSeconds(seconds.Value))}" : null,
        ];
        string?[] best =
        [
            Number("best_update") is { } update ? $"saved: update {Printable.Count(update)}" : null,
            Number("best_loss") is { } loss ? $"validation loss {Printable.Fixed(loss, 4)}" : null,
            Printable.AnswerScore(Number("best_bleu"), Number("best_accuracy")),
        ];
        string[] halves =
        [
            string.Join(' ', parts.OfType<string>()), string.Join(", ", best.OfType<string>()),
        ];
        return string.Join("; ", halves.Where(half => half.Length > 0));

        double? Number(string key) =>
            run.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
    }

    private static string Bytes(long bytes) => bytes < 1 << 20
        ? $"{Printable.Fixed(bytes / 1024.0, 1)} KiB" : $"{Printable.Fixed(bytes / (1024.0 * 1024), 1)} MiB";
}
