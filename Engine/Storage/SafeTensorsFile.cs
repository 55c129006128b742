using System.Buffers.Binary;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Storage;

/// <summary>
/// A safetensors file opened for reading. The header is read and checked at once, the values of a tensor on demand.
/// The format: 8 bytes of header length, a JSON header, the tensors' bytes, all little-endian
/// (https://github.com/huggingface/safetensors). Its members may be called from several threads.
/// </summary>
public sealed class SafeTensorsFile : IDisposable
{
    private const int LengthBytes = 8;
    private const int ChunkBytes = 1 << 16;

    private readonly Stream stream;
    private readonly Lock gate = new();
    private readonly string file;
    private readonly long dataStart;

    private SafeTensorsFile(Stream stream, string file)
    {
        this.stream = stream;
        this.file = file;
        var start = stream.Position;
        var size = stream.Length - start;
        if (size < LengthBytes)
        {
            throw new InputException(
                $"{file}: has {size} bytes, and a safetensors file has at least {LengthBytes}; copy or save it again.");
        }

        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerBytes > SafeTensorsHeader.LongestHeader)
        {
            throw new InputException(
                $"{file}: says that its header has {headerBytes} bytes (at most {SafeTensorsHeader.LongestHeader} are "
                + "allowed); it is no safetensors file, or a Git LFS pointer to one (fetch it with 'git lfs pull').");
        }

        if ((long)headerBytes > size - LengthBytes)
        {
            throw new InputException(
                $"{file}: says that its header has {headerBytes} bytes, but only {size - LengthBytes} follow; "
                + "the file is cut short, copy or save it again.");
        }

        var json = new byte[headerBytes];
        stream.ReadExactly(json);
        dataStart = start + LengthBytes + json.Length;
        var header = SafeTensorsHeader.Parse(json, file, size - LengthBytes - json.Length);
        Entries = header.Entries;
        Metadata = header.Metadata;
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorEntry> Entries { get; }

    /// <summary>The texts that were saved with the tensors, by their keys.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens the file at <paramref name="path"/>.</summary>
    /// <exception cref="InputException">The file cannot be read, or breaks a rule of the format.</exception>
    public static SafeTensorsFile Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        InputFile.RequireContent(path);
        try
        {
            return Read(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), path);
        }
        catch (Exception exception) when (FileProblem.IsOne(exception))
        {
            throw FileProblem.Of(path, "read", exception);
        }
    }

    /// <summary>
    /// Reads a stream from its position to its end; the stream must be able to seek. The stream is closed with this
    /// object, or at once if its content is wrong. Messages call it <paramref name="name"/>.
    /// </summary>
    /// <exception cref="InputException">The file cannot be read, or breaks a rule of the format.</exception>
    public static SafeTensorsFile Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return stream.CanSeek
                ? new SafeTensorsFile(stream, name)
                : throw new InputException($"{name}: is a pipe or a device; save it to a file first.");
        }
        catch (Exception exception)
        {
            stream.Dispose();
            if (exception is IOException) throw FileProblem.Of(name, "read", exception);
            throw;
        }
    }

    /// <summary>The values of a tensor of F64, F32, F16 or BF16, in row-major order.</summary>
    /// <exception cref="InputException">
    /// There is no such tensor, its elements are of another type, or it is too large.
    /// </exception>
    public T[] ReadNumbers<T>(string tensor) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var entry = Find(tensor);
        CheckNumbers(entry);
        var values = Allocate<T>(entry);
        ReadNumbers(entry, values.AsSpan());
        return values;
    }

    /// <summary>
    /// Reads the values of a tensor of F64, F32, F16 or BF16 into <paramref name="destination"/>, whose length must be
    /// the tensor's number of elements.
    /// </summary>
    /// <exception cref="InputException">
    /// There is no such tensor, its elements are of another type, or their number is another.
    /// </exception>
    public void ReadNumbers<T>(string tensor, Span<T> destination) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var entry = Find(tensor);
        CheckNumbers(entry);
        if (entry.Elements != destination.Length)
        {
            throw Wrong(
                entry,
                $"has {entry.Elements} elements where {destination.Length} are needed; use a file of this model.");
        }

        ReadNumbers(entry, destination);
    }

    /// <summary>The values of a tensor of integers, or of booleans as 0 and 1, in row-major order.</summary>
    /// <exception cref="InputException">
    /// There is no such tensor, its elements are of another type, it is too large, or a value does not fit in 63 bits.
    /// </exception>
    public long[] ReadIntegers(string tensor)
    {
        var entry = Find(tensor);
        if (!entry.Type.IsInteger)
            throw Wrong(entry, $"holds {entry.Type} where integers are needed; save it as I64.");
        var values = Allocate<long>(entry);
        try
        {
            ReadIntegers(entry, values);
        }
        catch (OverflowException exception)
        {
            throw new InputException(
                $"{file}: tensor {FileProblem.Quote(entry.Name)}: a value is above {long.MaxValue}; save it as I64.",
                exception);
        }

        if (entry.Type == SafeTensorsType.BOOL && values.AsSpan().ContainsAnyExceptInRange(0, 1))
            throw Wrong(entry, "a boolean is neither 0 nor 1; the file is damaged, copy or save it again.");
        return values;
    }

    /// <summary>The values of a tensor of BOOL, in row-major order.</summary>
    /// <exception cref="InputException">
    /// There is no such tensor, its elements are of another type, or it is too large.
    /// </exception>
    public bool[] ReadBooleans(string tensor)
    {
        var entry = Find(tensor);
        return entry.Type == SafeTensorsType.BOOL
            ? Array.ConvertAll(ReadIntegers(tensor), static value => value != 0)
            : throw Wrong(entry, $"holds {entry.Type} where booleans are needed; save it as BOOL.");
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => stream.Dispose();

    private void CheckNumbers(TensorEntry entry)
    {
        if (entry.Type.IsNumber) return;
        throw Wrong(entry, $"holds {entry.Type} where F64, F32, F16 or BF16 are needed; save it as one of these.");
    }

    private void ReadNumbers<T>(TensorEntry entry, Span<T> values) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (entry.Type)
        {
            case SafeTensorsType.F64: Stored<double, T>(entry, values, TensorPrimitives.ConvertTruncating); break;
            case SafeTensorsType.F32: Stored<float, T>(entry, values, TensorPrimitives.ConvertTruncating); break;
            case SafeTensorsType.F16: Stored<Half, T>(entry, values, TensorPrimitives.ConvertTruncating); break;
            default: Stored<ushort, T>(entry, values, BFloat16.ToNumbers); break;
        }
    }

    private void ReadIntegers(TensorEntry entry, Span<long> values)
    {
        switch (entry.Type)
        {
            case SafeTensorsType.I8: Stored<sbyte, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            case SafeTensorsType.I16: Stored<short, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            case SafeTensorsType.U16: Stored<ushort, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            case SafeTensorsType.I32: Stored<int, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            case SafeTensorsType.U32: Stored<uint, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            case SafeTensorsType.I64: Stored<long, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            case SafeTensorsType.U64: Stored<ulong, long>(entry, values, TensorPrimitives.ConvertChecked); break;
            default: Stored<byte, long>(entry, values, TensorPrimitives.ConvertChecked); break;
        }
    }

    private void Stored<TStored, T>(TensorEntry entry, Span<T> values, Action<ReadOnlySpan<TStored>, Span<T>> convert)
        where TStored : unmanaged
    {
        var chunk = new TStored[Math.Min(values.Length, ChunkBytes / Unsafe.SizeOf<TStored>())];
        try
        {
            lock (gate)
            {
                stream.Position = dataStart + entry.Begin;
                while (!values.IsEmpty)
                {
                    var part = chunk.AsSpan(0, Math.Min(chunk.Length, values.Length));
                    var bytes = MemoryMarshal.AsBytes(part);
                    stream.ReadExactly(bytes);
                    LittleEndian.Swap(bytes, Unsafe.SizeOf<TStored>());
                    convert(part, values);
                    values = values[part.Length..];
                }
            }
        }
        catch (IOException exception)
        {
            throw FileProblem.Of(file, "read", exception);
        }
    }

    private T[] Allocate<T>(TensorEntry entry) => entry.Elements <= Array.MaxLength
        ? new T[entry.Elements]
        : throw Wrong(entry, $"has {entry.Elements} elements, and at most {Array.MaxLength} fit in memory; split it.");

    private TensorEntry Find(string tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (Entries.TryGetValue(tensor, out var entry)) return entry;
        var known = string.Join(", ", Entries.Keys.Order(StringComparer.Ordinal).Take(8).Select(FileProblem.Quote));
        var more = Entries.Count > 8 ? ", ..." : "";
        throw new InputException(
            $"{file}: has no tensor {FileProblem.Quote(tensor)} among its {Entries.Count} ({known}{more}); "
            + "use a file of this model.");
    }

    private InputException Wrong(TensorEntry entry, string what) =>
        new($"{file}: tensor {FileProblem.Quote(entry.Name)}: {what}");
}
