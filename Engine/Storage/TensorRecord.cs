using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Storage;

/// <summary>A tensor to be written to a safetensors file: its name, its shape, and the source of its bytes.</summary>
public sealed class TensorRecord
{
    private const int ChunkBytes = 1 << 16;

    private readonly int[] shape;
    private readonly Action<Stream> write;

    /// <summary>
    /// A tensor whose bytes <paramref name="write"/> writes when the file is written: row-major, little-endian, in the
    /// number that shape and type give.
    /// </summary>
    /// <exception cref="ArgumentException">The name is empty or reserved, a dimension is negative, or elements of less
    /// than a byte do not fill whole bytes.</exception>
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
        long bits = type.Bits;
        foreach (var dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            bits = checked(bits * dimension);
        }

        (Bytes, var rest) = Math.DivRem(bits, 8);
        if (rest != 0)
        {
            throw new ArgumentException(
                $"Tensor {name}: the shape [{FileProblem.List(this.shape, 8)}] of {type} takes {bits} bits, which are "
                + "not whole bytes; pad a dimension.",
                nameof(shape));
        }
    }

    /// <summary>The tensor's path in the model.</summary>
    public string Name { get; }

    /// <summary>The type of the stored elements.</summary>
    public SafeTensorsType Type { get; }

    /// <summary>The dimensions, the outermost first; none for a scalar.</summary>
    public ReadOnlySpan<int> Shape => shape;

    /// <summary>The number of bytes of all elements.</summary>
    internal long Bytes { get; }

    /// <summary>
    /// A tensor of <paramref name="values"/>, which are read when the file is written: F32 for float, F64 for double,
    /// I64 for long.
    /// </summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's number of elements.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static TensorRecord Of<T>(string name, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values)
        where T : unmanaged, INumberBase<T> => Of(name, shape, values, SafeTensorsTypes.Of<T>());

    /// <summary>
    /// A tensor of <paramref name="values"/>, which are rounded when the file is written: float and double to F64, F32,
    /// F16 or BF16. They go to the nearest number, in a tie to the even one, beyond the largest to infinity.
    /// </summary>
    /// <exception cref="ArgumentException">The number of values is not the shape's number of elements.</exception>
    /// <exception cref="NotSupportedException">Values of <typeparamref name="T"/> cannot be written as
    /// <paramref name="type"/>.</exception>
    public static TensorRecord Of<T>(
        string name, ReadOnlySpan<int> shape, ReadOnlyMemory<T> values, SafeTensorsType type)
        where T : unmanaged, INumberBase<T>
    {
        var own = SafeTensorsTypes.Of<T>();
        if (type != own && !(type.IsNumber && own.IsNumber))
        {
            throw new NotSupportedException(
                $"Tensor {name}: values of {typeof(T).Name} cannot be written as {type}; use "
                + (own.IsNumber ? "F64, F32, F16 or BF16." : $"{own}."));
        }

        var record = new TensorRecord(name, shape, type, stream => WriteAs(stream, values.Span, type));
        return record.Bytes == (long)values.Length * type.Bits / 8
            ? record
            : throw new ArgumentException(
                $"Tensor {name}: {values.Length} values do not fill the shape [{FileProblem.List(record.shape, 8)}].",
                nameof(values));
    }

    /// <summary>Writes the bytes, and checks that their number is the number in the header.</summary>
    internal void WriteTo(Stream stream)
    {
        var start = stream.Position;
        write(stream);
        var written = stream.Position - start;
        if (written != Bytes)
        {
            throw new InvalidOperationException(
                $"Tensor {Name}: {written} bytes were written where its shape and type need {Bytes}.");
        }
    }

    private static void WriteAs<T>(Stream stream, ReadOnlySpan<T> values, SafeTensorsType type)
        where T : unmanaged, INumberBase<T>
    {
        switch (type)
        {
            case SafeTensorsType.F64: Stored<T, double>(stream, values, TensorPrimitives.ConvertTruncating); break;
            case SafeTensorsType.F32: Stored<T, float>(stream, values, TensorPrimitives.ConvertTruncating); break;
            case SafeTensorsType.F16: Stored<T, Half>(stream, values, TensorPrimitives.ConvertTruncating); break;
            case SafeTensorsType.BF16: Stored<T, ushort>(stream, values, BFloat16.FromNumbers); break;
            default: Stored<T, long>(stream, values, TensorPrimitives.ConvertTruncating); break;
        }
    }

    private static void Stored<T, TStored>(
        Stream stream, ReadOnlySpan<T> values, Action<ReadOnlySpan<T>, Span<TStored>> convert)
        where TStored : unmanaged
    {
        var chunk = new TStored[Math.Min(values.Length, ChunkBytes / Unsafe.SizeOf<TStored>())];
        while (!values.IsEmpty)
        {
            var part = chunk.AsSpan(0, Math.Min(chunk.Length, values.Length));
            convert(values[..part.Length], part);
            var bytes = MemoryMarshal.AsBytes(part);
            LittleEndian.Swap(bytes, Unsafe.SizeOf<TStored>());
            stream.Write(bytes);
            values = values[part.Length..];
        }
    }
}
