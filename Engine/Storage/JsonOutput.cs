using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engine.Storage;

/// <summary>Results as JSON: keys in snake_case, letters not escaped, and null for NaN and infinities.</summary>
/// <remarks>
/// The methods find the properties of a value at run time, which a trimmed program cannot do. Engine's own files come
/// from contexts that the compiler generates, with <see cref="Style"/>.
/// </remarks>
public static class JsonOutput
{
    internal const string Reflection = "The properties of the value are found at run time. A trimmed program gives "
        + "JsonSerializer a JsonSerializerContext instead.";

    private static readonly JsonSerializerOptions Line = Style(), Indented = Style(indented: true);

    /// <summary>A value as one line.</summary>
    [RequiresUnreferencedCode(Reflection), RequiresDynamicCode(Reflection)]
    public static string OneLine<TValue>(TValue value) => JsonSerializer.Serialize(value, Line);

    /// <summary>A value as indented lines.</summary>
    [RequiresUnreferencedCode(Reflection), RequiresDynamicCode(Reflection)]
    public static string Lines<TValue>(TValue value) => JsonSerializer.Serialize(value, Indented);

    /// <summary>How results are written.</summary>
    internal static JsonSerializerOptions Style(bool indented = false) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteOrNull() },
        WriteIndented = indented,
    };

    /// <summary>Writes null for NaN and infinities, which JSON lacks and the losses of a diverging run have.</summary>
    private sealed class FiniteOrNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value)) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        }
    }
}
