using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Engine.Storage;

/// <summary>Results as JSON: keys in snake_case, readable letters, and null for what JSON has no number for.</summary>
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

    /// <summary>A value over as many lines as it takes to read it.</summary>
    public static string Lines<TValue>(TValue value) => JsonSerializer.Serialize(value, Indented);

    /// <summary>JSON has no infinity and no NaN, which a run that diverges does have.</summary>
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
