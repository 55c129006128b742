using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Reads and writes a <see cref="TrainingConfiguration"/> as JSON with camelCase keys; choices are spelled as on the
/// command line.
/// </summary>
public static class ConfigurationFile
{
    internal const string Remedy = "correct the file";

    private static readonly JsonWriterOptions Format = new() { Indented = true, NewLine = "\n" };

    /// <summary>The keys that a file may have, in the order in which they are written.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. OptionTable.All.Select(option => option.Key)];

    /// <summary>Writes all values.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save(string path, TrainingConfiguration configuration) =>
        AtomicFile.WriteText(path, TextOf(configuration));

    /// <summary>What <see cref="Save"/> writes.</summary>
    internal static string TextOf(TrainingConfiguration configuration)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, Format))
        {
            json.WriteStartObject();
            foreach (var option in OptionTable.All)
            {
                json.WritePropertyName(option.Key);
                Write(json, option.ValueIn(configuration));
            }
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(text.WrittenSpan) + "\n";
    }

    /// <summary>Reads a file that may leave keys out; their values then come from <paramref name="defaults"/>.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, is not JSON, or has an unknown key, or a value of the
    /// wrong kind or outside its range.</exception>
    public static TrainingConfiguration Load(string path, TrainingConfiguration defaults) =>
        Of(JsonInput.Read(path, Remedy), defaults);

    /// <summary>Reads a stream that holds a configuration.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="defaults">The values of the keys that the file leaves out.</param>
    /// <exception cref="InputException">As <see cref="Load"/>.</exception>
    internal static TrainingConfiguration Read(Stream stream, string name, TrainingConfiguration defaults) =>
        Of(JsonInput.Read(stream, name, Remedy), defaults);

    /// <summary>The spelling of a choice in files and options: <c>gelu-tanh</c>.</summary>
    public static string NameOf(Enum choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        return JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString());
    }

    private static TrainingConfiguration Of(JsonInput json, TrainingConfiguration defaults) =>
        WrittenConfiguration.Of(json, []).Over(defaults);

    /// <summary>The value that a file gives an option.</summary>
    /// <exception cref="InputException">The value is of the wrong kind, or outside the option's range.</exception>
    internal static object? ValueOf(JsonInput given, TrainingOption option)
    {
        if (!TryValue(given, option, out var value))
            throw given.Wrong($"the value of '{given.Key}' must be {Expected(option)}, not {given.Quoted}");
        if (option.Fault(option.With(new TrainingConfiguration(), value)) is { } fault)
            throw given.Wrong($"the value of '{given.Key}' {fault}");
        return value;
    }

    private static bool TryValue(JsonInput given, TrainingOption option, out object? value)
    {
        var type = Nullable.GetUnderlyingType(option.Type) ?? option.Type;
        value = null;
        if (given.Element.ValueKind == JsonValueKind.Null) return type != option.Type;
        if (option.Choices.Count > 0)
        {
            if (given.TryText(out var name) && option.Choices.Contains(name)) value = option.Choice(name);
        }
        else if (type == typeof(bool))
        {
            if (given.Element.ValueKind is JsonValueKind.True or JsonValueKind.False)
                value = given.Element.GetBoolean();
        }
        else if (type == typeof(double))
        {
            if (given.TryNumber(out var number)) value = number;
        }
        else if (given.TryWhole(out var number) && (type == typeof(long) || number == (int)number))
        {
            value = Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        }
        return value is not null;
    }

    private static string Expected(TrainingOption option) =>
        option.Choices.Count > 0
            ? "one of " + string.Join(", ", option.Choices.Select(name => $"\"{name}\""))
            : option.Type == typeof(bool) ? "true or false"
            : option.Type == typeof(double) ? "a number"
            : option.Type == typeof(double?) ? "a number or null"
            : "a whole number";

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null: json.WriteNullValue(); break;
            case bool flag: json.WriteBooleanValue(flag); break;
            case int number: json.WriteNumberValue(number); break;
            case long number: json.WriteNumberValue(number); break;
            case double number: json.WriteNumberValue(number); break;
            case Enum choice: json.WriteStringValue(NameOf(choice)); break;
            case string text: json.WriteStringValue(text); break;
            default: throw new UnreachableException();
        }
    }
}
