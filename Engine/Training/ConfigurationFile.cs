using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Engine.Storage;

namespace Engine.Training;

/// <summary>Reads and writes a <see cref="TrainingConfiguration"/> as JSON with camelCase keys.</summary>
public static class ConfigurationFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The keys that a file may have.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. JsonSerializer.SerializeToNode(new TrainingConfiguration(), Options)!.AsObject()
            .Select(entry => entry.Key)];

    /// <summary>Writes all values.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(string path, TrainingConfiguration configuration) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(configuration, Options) + "\n");

    /// <summary>Reads a file that may leave values out; those stay as in <paramref name="defaults"/>.</summary>
    /// <exception cref="InputException">The file cannot be read, is not JSON, or has an unknown key or a wrong
    /// value.</exception>
    public static TrainingConfiguration Load(string path, TrainingConfiguration defaults)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{path}: the configuration cannot be read ({failure.Message}); check the path.", failure);
        }
        try
        {
            if (Parse(path, text) is not JsonObject given)
                throw new InputException($"{path}: a configuration is a JSON object, such as {{ \"dModel\": 64 }}.");
            var merged = JsonSerializer.SerializeToNode(defaults, Options)!.AsObject();
            foreach (var (key, value) in given)
            {
                if (!merged.ContainsKey(key))
                    throw new InputException($"{path}: key '{key}' is not known; " +
                        $"the keys are {string.Join(", ", Keys)}.");
                merged[key] = value?.DeepClone();
            }
            return merged.Deserialize<TrainingConfiguration>(Options)!;
        }
        catch (JsonException failure)
        {
            var key = failure.Path?.Replace("$.", "", StringComparison.Ordinal);
            throw new InputException(
                $"{path}: the value of '{key}' is not one that it can have; see the config.json of a model.", failure);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ArgumentException)
        {
            throw new InputException($"{path}: {failure.Message.ReplaceLineEndings(" ")} Correct the value.", failure);
        }
    }

    private static JsonNode? Parse(string path, string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new InputException(
                $"{path}:{failure.LineNumber + 1}: not valid JSON; write an object such as {{ \"dModel\": 64 }}.",
                failure);
        }
    }
}
