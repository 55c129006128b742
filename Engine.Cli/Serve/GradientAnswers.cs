using System.Text.Json;
using Engine.Inspection;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The answer to <c>/gradients</c>: the norms of each layer's gradients over updates, which
/// <c>train --monitor gradients</c> keeps in the run's folder.
/// </summary>
internal static class GradientAnswers
{
    private const string Name = "gradients.jsonl";

    // A plot has not that many columns: of a longer run, every n-th update is shown.
    private const int MostUpdates = 1000;

    /// <summary>Whether a run's folder has norms of gradients.</summary>
    public static bool AreIn(string folder) => File.Exists(ModelFolder.PathOf(folder, Name));

    /// <summary>The updates, and each layer's norms at them; empty where the run kept none.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public static string Of(string folder)
    {
        var (updates, layers) = (new List<long>(), new Dictionary<string, List<double?>>());
        if (AreIn(folder)) Read(ModelFolder.PathOf(folder, Name), updates, layers);
        var every = Math.Max(1, (updates.Count + MostUpdates - 1) / MostUpdates);
        return RecordJson.OneLine(new
        {
            Updates = updates.Where((_, i) => i % every == 0),
            Layers = layers.Select(layer => new
            {
                Layer = layer.Key,
                Norms = layer.Value.Where((_, i) => i % every == 0),
            }),
        });
    }

    private static void Read(string path, List<long> updates, Dictionary<string, List<double?>> layers)
    {
        using var file = new StreamReader(InputFile.Open(path));
        for (var number = 1; file.ReadLine() is { } line; number++)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                var norms = json.RootElement.GetProperty("layers");
                foreach (var layer in norms.EnumerateObject())
                {
                    if (!layers.TryGetValue(layer.Name, out var known)) layers[layer.Name] = known = [];
                    while (known.Count < updates.Count) known.Add(null);
                    known.Add(layer.Value.ValueKind == JsonValueKind.Number ? layer.Value.GetDouble() : null);
                }
                updates.Add(json.RootElement.GetProperty("update").GetInt64());
            }
            catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException
                or FormatException)
            {
                // A run at work may be writing its last line.
                if (file.Peek() < 0) break;
                throw new InputException(
                    $"{path}:{number}: is no line of 'train --monitor gradients'; remove the file, or train again.",
                    damage);
            }
        }
        foreach (var known in layers.Values)
        {
            while (known.Count < updates.Count) known.Add(null);
            known.RemoveRange(updates.Count, known.Count - updates.Count);
        }
    }
}
