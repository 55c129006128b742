using System.Runtime.InteropServices;

namespace Engine.Storage;

/// <summary>A tensor to be written to a safetensors file: its name, its shape, and where its bytes come from.</summary>
public sealed class TensorRecord
{
    private const int ChunkBytes = 1 << 16;

    private readonly int[] shape;
    private readonly Action<Stream> write;

    /// <summary>
    /// A tensor whose bytes <paramref name="write"/> writes when the file is written: row-major, little-endian, exactly
    /// as many as the shape and the type ask for.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or reserved, or a dimension is negative.</exception>
    public TensorRecord(string name, ReadOnlySpan<int> shape, SafeTensorsType type, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(write);
        if (name == SafeTensorsHeader.MetadataKey)
        {
            throw new ArgumentException(
                $"A tensor cannot be called {name}: the format reserves the name.", nameof(name));
        }

        Name = name;
        Type = type;
        this.shape = shape.ToArray();
        this.write = write;
        Bytes = type.Size;
        foreach (var dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            Bytes = checked(Bytes * dimension);
        }
    }

    /// <summary>Its path in the model.</summary>
    public string Name { get; }

    /// <summary>How its elements are stored.</summary>
    public SafeTensorsType Type { get; }

    /// <summary>Its dimensions, the outermost first; none for a scalar.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>How many bytes its elements take.</summary>
    internal long Bytes { get; }

    /// <summary>
    /// A tensor of <paramref name="values"/>, which are read when the file is written: F32 for float, F64 for double,
    /// I64 for long.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many values as the shape has elements.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static TensorRecord Of<T>(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values) where T : unmanaged
    {
        var type = SafeTensorsTypes.Of<T>();
        var record = new TensorRecord(name, shape, type, stream => WriteValues(stream, values.Span, type.Size));
        return record.Bytes == (long)values.Length * type.Size
            ? record
            : throw new ArgumentException(
                $"Tensor {name}: {values.Length} values do not fill the shape [{string.Join(", ", record.shape)}].",
                nameof(values));
    }

    /// <summary>Writes the bytes, and sees to it that they are as many as the header says.</summary>
    internal void WriteTo(Stream stream)
    {
        var start = stream.Position;
        write(stream);
        var written = stream.Position - start;
        if (written != Bytes)
        {
            throw new InvalidOperationException(
                $"Tensor {Name}: {written} bytes were written where its shape and type ask for {Bytes}.");
        }
    }

    private static void WriteValues<T>(Stream stream, ReadOnlySpan<T> values, int size) where T : unmanaged
    {
        var chunk = new T[Math.Min(values.Length, ChunkBytes / size)];
        while (!values.IsEmpty)
        {
            var part = chunk.AsSpan(0, Math.Min(chunk.Length, values.Length));
            values[..part.Length].CopyTo(part);
            var bytes = MemoryMarshal.AsBytes(part);
            LittleEndian.Swap(bytes, size);
            stream.Write(bytes);
            values = values[part.Length..];
        }
    }
}
