using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engine.Storage;

/// <summary>Results as JSON: keys in snake_case, letters not escaped, and null for NaN and infinities.</summary>
public static class JsonOutput
{
    private static readonly JsonSerializerOptions Line = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteOrNull() },
    };

    private static readonly JsonSerializerOptions Indented = new(Line) { WriteIndented = true };

    /// <summary>A value as one line.</summary>
    public static string OneLine<TValue>(TValue value) => JsonSerializer.Serialize(value, Line);

    /// <summary>A value as indented lines.</summary>
    public static string Lines<TValue>(TValue value) => JsonSerializer.Serialize(value, Indented);

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
