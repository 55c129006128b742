using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Reads and writes a <see cref="TrainingConfiguration"/> as JSON with camelCase keys; choices are spelled as on the
/// command line.
/// </summary>
public static class ConfigurationFile
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OrderAsTable } },
    };

    /// <summary>The keys that a file may have, in the order in which they are written.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. OptionTable.All.Select(option => option.Key)];

    /// <summary>Writes all values.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(string path, TrainingConfiguration configuration) =>
        AtomicFile.WriteText(path, JsonSerializer.Serialize(configuration, Options) + "\n");

    /// <summary>Reads a file that may leave keys out; their values are then those of <paramref name="defaults"/>.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, is not JSON, or has an unknown key or a wrong
    /// value.</exception>
    public static TrainingConfiguration Load(string path, TrainingConfiguration defaults)
    {
        var merged = JsonSerializer.SerializeToNode(defaults, Options)!.AsObject();
        using var json = Parse(path);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new InputException($"{path}: a configuration is a JSON object, such as {{ \"dModel\": 64 }}.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var given in json.RootElement.EnumerateObject())
        {
            if (OptionTable.OfKey(given.Name) is not { } option)
                throw new InputException($"{path}: key {FileProblem.Quote(given.Name)} is not known; " +
                    $"the keys are {string.Join(", ", Keys)}.");
            if (!seen.Add(given.Name))
                throw new InputException($"{path}: key '{given.Name}' is given twice; give it once.");
            if (!Fits(given.Value, option))
                throw new InputException($"{path}: the value of '{given.Name}' must be {Expected(option)}, " +
                    $"not {FileProblem.Quote(given.Value.GetRawText())}.");
            merged[given.Name] = given.Value.Deserialize<JsonNode>();
        }
        return merged.Deserialize<TrainingConfiguration>(Options)!;
    }

    /// <summary>The spelling of a choice in files and options: <c>gelu-tanh</c>.</summary>
    public static string NameOf(Enum choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString());
    }

    private static JsonDocument Parse(string path)
    {
        try
        {
            return JsonDocument.Parse(File.ReadAllText(path));
        }
        catch (JsonException failure)
        {
            throw new InputException(
                $"{path}:{failure.LineNumber + 1}: not valid JSON; write an object such as {{ \"dModel\": 64 }}.",
                failure);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }

    private static bool Fits(JsonElement value, TrainingOption option)
    {
        var type = option.Type;
        if (value.ValueKind == JsonValueKind.Null) return Nullable.GetUnderlyingType(type) is not null;
        // The converter would take "gelu, silu" for the bitwise OR of their numbers.
        if (type.IsEnum)
            return value.ValueKind == JsonValueKind.String && option.Choices.Contains(value.GetString());
        try
        {
            return value.Deserialize(type, Options) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Expected(TrainingOption option) =>
        option.Type.IsEnum
            ? "one of " + string.Join(", ", option.Choices.Select(name => $"\"{name}\""))
            : option.Type == typeof(bool) ? "true or false"
            : option.Type == typeof(double) ? "a number"
            : option.Type == typeof(double?) ? "a number or null"
            : option.Type == typeof(string) ? "a text in quotes"
            : "a whole number";

    /// <summary>Writes keys in the order of the table; the record's own order depends on its files.</summary>
    private static void OrderAsTable(JsonTypeInfo type)
    {
        if (type.Type != typeof(TrainingConfiguration)) return;
        foreach (var property in type.Properties)
            property.Order = OptionTable.All.ToList().FindIndex(option => option.Key == property.Name);
    }
}
