using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Layers;
using Engine.Storage;

namespace Engine.Inspection;

/// <summary>
/// Records as JSON: keys in snake_case, numbers with five digits (a record holds thousands), and null for NaN and
/// infinities, such as masked scores.
/// </summary>
public static class RecordJson
{
    /// <summary>How records are written, and read: null is read as NaN.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new Short<float>(), new Short<double>(),
            new JsonStringEnumConverter<AttentionKind>(JsonNamingPolicy.SnakeCaseLower),
        },
    };

    /// <summary>A record as one line.</summary>
    [RequiresUnreferencedCode(JsonOutput.Reflection), RequiresDynamicCode(JsonOutput.Reflection)]
    public static string OneLine<TRecord>(TRecord record) => JsonSerializer.Serialize(record, Options);

    private sealed class Short<TNumber> : JsonConverter<TNumber>
        where TNumber : struct, System.Numerics.IBinaryFloatingPointIeee754<TNumber>
    {
        public override TNumber Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Null ? TNumber.NaN : TNumber.CreateChecked(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TNumber value, JsonSerializerOptions options)
        {
            if (TNumber.IsFinite(value)) writer.WriteRawValue(value.ToString("G5", CultureInfo.InvariantCulture));
            else writer.WriteNullValue();
        }
    }
}
