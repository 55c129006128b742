using System.IO.Compression;

namespace Engine.Text;

/// <summary>Decompresses gzip text (RFC 1952), and notices when the end of the data is missing.</summary>
/// <remarks>
/// <see cref="GZipStream"/> ends without an error where its input ends, even in the middle of compressed data. A gzip
/// file may consist of several members, so this class appends one member with a single byte, the mark, to the input. If
/// the mark comes out as the last byte, the data before it were complete.
/// </remarks>
internal sealed class GzipInput : ForwardStream
{
    /// <summary>A byte that no UTF-8 text holds.</summary>
    private const byte Mark = 0xFF;

    private static readonly byte[] LastMember = Compress(Mark);

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    private readonly GZipStream text;
    private readonly Joined input;
    private MemoryStream? rest;

    /// <summary>Decompresses a stream, and leaves it open.</summary>
    /// <param name="begun">The bytes of the stream that were read already.</param>
    /// <param name="stream">The rest of the stream.</param>
    public GzipInput(byte[] begun, Stream stream)
    {
        input = new Joined(new MemoryStream(begun), stream, new MemoryStream(LastMember));
        text = new GZipStream(input, CompressionMode.Decompress);
    }

    /// <summary>The number of bytes that <see cref="IsGzip"/> needs.</summary>
    public static int MagicLength => Magic.Length;

    /// <summary>The first byte of all gzip data.</summary>
    public static byte FirstByte => Magic[0];

    /// <summary>Whether a file begins as gzip data do; no UTF-8 text begins so.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Magic);

    /// <exception cref="InvalidDataException">The data are damaged, or end too early.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (rest is not null || buffer.IsEmpty) return rest?.Read(buffer) ?? 0;
        var count = text.Read(buffer);
        if (!input.IsAtLast)
        {
            // GZipStream ends without an error where bytes follow that are not gzip data, and their text would be lost.
            return count > 0 ? count : throw new InvalidDataException("bytes follow that are not gzip data");
        }
        // If the end of the data is missing, the appended member is read as compressed text. So no byte that comes
        // after the member has begun is passed on before the mark is found.
        var end = new MemoryStream();
        end.Write(buffer[..count]);
        text.CopyTo(end);
        if (end.Length == 0 || end.GetBuffer()[end.Length - 1] != Mark)
            throw new InvalidDataException("the gzip data end too early");
        end.SetLength(end.Length - 1);
        end.Position = 0;
        rest = end;
        return rest.Read(buffer);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) text.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Compress(byte value)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.NoCompression, leaveOpen: true)) gzip.WriteByte(value);
        return bytes.ToArray();
    }

    /// <summary>Several streams as one, one after the other; they stay open.</summary>
    private sealed class Joined(params Stream[] parts) : ForwardStream
    {
        private int part;

        public bool IsAtLast => part >= parts.Length - 1;

        public override int Read(Span<byte> buffer)
        {
            for (; part < parts.Length; part++)
            {
                if (parts[part].Read(buffer) is var count and > 0) return count;
            }
            return 0;
        }
    }
}
