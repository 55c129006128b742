using System.Text.Json;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Sentences that a reader may try with a model.</summary>
internal static class SampleSentences
{
    private const int Most = 6, LinesRead = 200, LongestSample = 60;

    /// <summary>
    /// The sentences of the toy task whose words the model knows; else the first lines of the text that the model was
    /// validated with, if that file is still where the run found it; else none.
    /// </summary>
    public static IReadOnlyList<string> Of(string folder, TextModel model)
    {
        var toy = ToyTasks.All.Where(task => task.HasLabels == model is ClassificationModel)
            .Select(task => task.HeldOut.Select(pair => pair.Source).ToArray())
            .FirstOrDefault(sources => sources.Length > 0 && Array.TrueForAll(sources, Knows));
        return toy ?? OfRun(ModelFolder.PathOf(folder, ModelFolder.Report));

        bool Knows(string line) =>
            model.Source.Encode(line) is { Length: > 0 } ids && !ids.Contains(Vocabulary.Unknown);
    }

    private static IReadOnlyList<string> OfRun(string report)
    {
        // Source and target of the training text, then source and target of the validation text.
        if (RunReport.Read(report) is not { } run || !run.TryGetProperty("data", out var data)
            || data.ValueKind != JsonValueKind.Array || data.EnumerateArray().ToArray() is not { Length: > 0 } files
            || files[files.Length > 2 ? 2 : 0] is not { ValueKind: JsonValueKind.Object } file
            || !file.TryGetProperty("path", out var named) || named.ValueKind != JsonValueKind.String
            || !file.TryGetProperty("bytes", out var size) || size.ValueKind != JsonValueKind.Number
            || !size.TryGetInt64(out var bytes))
        {
            return [];
        }
        var path = named.GetString()!;
        try
        {
            if (FileStamp.Of(path).Size != bytes) return [];
            InputFile.RequireContent(path); // a pipe in the text's place would be waited for
            return
            [
                .. TextLines.Stream(path).Take(LinesRead)
                    .Where(line => !string.IsNullOrWhiteSpace(line) && line.Length <= LongestSample)
                    .Distinct().Take(Most),
            ];
        }
        catch (Exception failure) when (failure is InputException or IOException or UnauthorizedAccessException
            or ArgumentException)
        {
            return []; // A model without its text translates too.
        }
    }
}
