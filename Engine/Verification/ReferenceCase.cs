using System.Text.Json;
using Engine.Storage;

namespace Engine.Verification;

/// <summary>One file of a recorded case, read and checked.</summary>
internal sealed class ReferenceCase
{
    /// <summary>The remedy for a file with a fault in it.</summary>
    public const string Remedy = "record it again with Engine.Tests/Recorders/golden/record.py";

    private readonly string path;
    private readonly Dictionary<string, Tensor<double>> numbers = [];
    private readonly Dictionary<string, (Shape Shape, long[] Values)> integers = [];
    private readonly JsonElement attributes;

    private ReferenceCase(string path, SafeTensorsFile file)
    {
        this.path = path;
        Name = Path.GetFileNameWithoutExtension(path);
        Operation = Metadata(file, "op");
        attributes = ParseAttributes(Metadata(file, "attributes"));
        foreach (var entry in file.Entries.Values)
        {
            var shape = ShapeOf(entry);
            if (entry.Type.IsNumber)
                numbers[entry.Name] = Tensor<double>.From(shape, file.ReadNumbers<double>(entry.Name));
            else
                integers[entry.Name] = (shape, file.ReadIntegers(entry.Name));
            // A count among the state is compared like the rest of it.
            if (entry.Name.StartsWith("state", StringComparison.Ordinal) && integers.Remove(entry.Name, out var state))
                numbers[entry.Name] = Tensor<double>.From(shape, [.. state.Values.Select(value => (double)value)]);
        }
        foreach (var name in integers.Keys)
        {
            // Only numbers are compared, and nothing that was recorded to be compared may be passed over.
            if (name.StartsWith("out.", StringComparison.Ordinal) || name.StartsWith("grad_", StringComparison.Ordinal))
                throw Malformed($"tensor '{name}' must be floating-point to be compared; {Remedy}.");
        }
        if (Names("out.").Length == 0)
            throw Malformed($"has no output out.*, so that there is nothing to compare; {Remedy}.");
    }

    public string Name { get; }

    public string Operation { get; }

    /// <summary>All its floating-point tensors.</summary>
    public IReadOnlyDictionary<string, Tensor<double>> Numbers => numbers;

    public static ReferenceCase Load(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return new ReferenceCase(path, file);
    }

    /// <summary>What follows <paramref name="prefix"/> in the names of the floating-point tensors, sorted.</summary>
    public string[] Names(string prefix) =>
        [.. numbers.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>A floating-point tensor that the operation cannot do without.</summary>
    public Tensor<double> Need(string name) => numbers.TryGetValue(name, out var tensor)
        ? tensor
        : throw Malformed($"operation '{Operation}' needs a floating-point tensor '{name}'; {Remedy}.");

    /// <summary>A list of integers, or of booleans as 0 and 1, that the operation cannot do without.</summary>
    public (Shape Shape, int[] Values) NeedIntegers(string name)
    {
        if (!integers.TryGetValue(name, out var found))
            throw Malformed($"operation '{Operation}' needs a tensor of integers '{name}'; {Remedy}.");
        if (Array.Exists(found.Values, value => value is < int.MinValue or > int.MaxValue))
            throw Malformed($"tensor '{name}' holds an integer beyond 32 bits; record it with smaller ones.");
        return (found.Shape, Array.ConvertAll(found.Values, value => (int)value));
    }

    /// <summary>Whether there is a tensor of integers or booleans of that name.</summary>
    public bool HasIntegers(string name) => integers.ContainsKey(name);

    /// <summary>An attribute that is a number; without a default it must be there.</summary>
    public double Number(string name, double? otherwise = null)
    {
        if (!attributes.TryGetProperty(name, out var value)) return otherwise ?? throw Missing(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : throw Malformed($"attribute '{name}' must be a number, not {Shown(value)}; {Remedy}.");
    }

    /// <summary>An attribute that is an integer; without a default it must be there.</summary>
    public int Integer(string name, int? otherwise = null)
    {
        var number = Number(name, otherwise);
        return number == (int)number
            ? (int)number
            : throw Malformed($"attribute '{name}' must be an integer; {Remedy}.");
    }

    /// <summary>An attribute that is true or false.</summary>
    public bool Flag(string name, bool otherwise = false)
    {
        if (!attributes.TryGetProperty(name, out var value)) return otherwise;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Malformed($"attribute '{name}' must be true or false, not {Shown(value)}; {Remedy}.");
    }

    /// <summary>An attribute that is a word.</summary>
    public string Text(string name, string otherwise)
    {
        if (!attributes.TryGetProperty(name, out var value)) return otherwise;
        return value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Malformed($"attribute '{name}' must be a text, not {Shown(value)}; {Remedy}.");
    }

    /// <summary>Whether the file gives the attribute.</summary>
    public bool Has(string attribute) => attributes.TryGetProperty(attribute, out _);

    /// <summary>The error of a file that is no case of its operation.</summary>
    public InputException Malformed(string what) => new($"{path}: {what}");

    private static string Shown(JsonElement value) => FileProblem.Quote(value.GetRawText());

    private InputException Missing(string attribute) =>
        Malformed($"operation '{Operation}' needs the attribute '{attribute}'; {Remedy}.");

    private string Metadata(SafeTensorsFile file, string key) => file.Metadata.TryGetValue(key, out var text)
        ? text
        : throw Malformed($"its metadata have no '{key}'; it is no reference case, move it out of the folder.");

    private JsonElement ParseAttributes(string json)
    {
        var parsed = JsonInput.Parse(json, path, "the metadata 'attributes'", Remedy + ".").Element;
        return parsed.ValueKind == JsonValueKind.Object
            ? parsed : throw Malformed($"the metadata 'attributes' must be a JSON object; {Remedy}.");
    }

    private Shape ShapeOf(TensorEntry entry)
    {
        try
        {
            return new Shape(entry.Shape);
        }
        catch (ShapeException exception)
        {
            throw new InputException($"{path}: tensor '{entry.Name}': {exception.Message}", exception);
        }
    }
}
