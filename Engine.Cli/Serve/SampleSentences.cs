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
        try
        {
            if (!File.Exists(report)) return [];
            using var json = JsonDocument.Parse(File.ReadAllBytes(report));
            // Source and target of the training text, then source and target of the validation text.
            var files = json.RootElement.GetProperty("data").EnumerateArray().ToArray();
            if (files.Length == 0) return [];
            var file = files[files.Length > 2 ? 2 : 0];
            var path = file.GetProperty("path").GetString()!;
            if (FileStamp.Of(path).Size != file.GetProperty("bytes").GetInt64()) return [];
            return
            [
                .. TextLines.Stream(path).Take(LinesRead)
                    .Where(line => !string.IsNullOrWhiteSpace(line) && line.Length <= LongestSample)
                    .Distinct().Take(Most),
            ];
        }
        catch (Exception failure) when (failure is InputException or JsonException or InvalidOperationException
            or KeyNotFoundException or FormatException or IOException or UnauthorizedAccessException)
        {
            return []; // A model without a readable report, or without its text, translates too.
        }
    }
}
