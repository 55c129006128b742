using System.Buffers.Binary;
using System.Text.Json;

namespace Engine.Storage;

/// <summary>
/// Writes safetensors files. The order of the arguments does not matter: texts are sorted by key; tensors are sorted,
/// as in the format's reference implementation, by the size of their elements, the largest first, so that each tensor
/// is aligned to the size of its elements, then by name.
/// </summary>
public static class SafeTensorsWriter
{
    private const int Alignment = 8;

    /// <summary>Writes <paramref name="tensors"/> to <paramref name="path"/>, wholly or not at all.</summary>
    /// <exception cref="ArgumentException">Two tensors have the same name.</exception>
    /// <exception cref="InputException">The file cannot be written; the old one, if any, is untouched.</exception>
    public static void Write(
        string path, IEnumerable<TensorRecord> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var sorted = Sort(tensors);
        AtomicFile.Write(path, stream => Write(stream, sorted, metadata));
    }

    /// <summary>Writes tensors to a stream that knows its position.</summary>
    internal static void Write(
        Stream stream, IEnumerable<TensorRecord> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var sorted = Sort(tensors);
        var header = Header(sorted, metadata);
        Span<byte> prefix = stackalloc byte[Alignment];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in sorted) tensor.WriteTo(stream);
    }

    private static TensorRecord[] Sort(IEnumerable<TensorRecord> tensors)
    {
        TensorRecord[] sorted =
        [
            .. tensors
                .OrderByDescending(static tensor => tensor.Type.Bits)
                .ThenBy(static tensor => tensor.Name, StringComparer.Ordinal),
        ];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tensor in sorted)
        {
            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException(
                    $"Two tensors are called {tensor.Name}; a file holds one.", nameof(tensors));
            }
        }

        return sorted;
    }

    private static byte[] Header(TensorRecord[] tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is not null)
            {
                json.WriteStartObject(SafeTensorsHeader.MetadataKey);
                foreach (var (key, text) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, text);
                json.WriteEndObject();
            }

            var end = 0L;
            foreach (var tensor in tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (var dimension in tensor.Shape) json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(end);
                json.WriteNumberValue(end += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }
}
