using System.IO.Compression;

namespace Engine.Text;

/// <summary>Decompresses gzip text (RFC 1952), and notices where it is cut short.</summary>
/// <remarks>
/// <see cref="GZipStream"/> takes the end of its input for the end of the text wherever it comes. So one more member,
/// which a gzip file may have any number of, is put behind the input: its one byte is read only if everything before
/// it was whole.
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

    /// <summary>The text of <paramref name="stream"/>, of which <paramref name="begun"/> was read already.</summary>
    /// <remarks>Disposing of it leaves the stream open.</remarks>
    public GzipInput(byte[] begun, Stream stream)
    {
        input = new Joined(new MemoryStream(begun), stream, new MemoryStream(LastMember));
        text = new GZipStream(input, CompressionMode.Decompress);
    }

    /// <summary>How many bytes <see cref="IsGzip"/> wants to see.</summary>
    public static int MagicLength => Magic.Length;

    /// <summary>With any other first byte it is not gzip.</summary>
    public static byte FirstByte => Magic[0];

    /// <summary>Whether a file begins as gzip does, which no UTF-8 text can.</summary>
    public static bool IsGzip(ReadOnlySpan<byte> beginning) => beginning.StartsWith(Magic);

    /// <exception cref="InvalidDataException">The data are damaged, or end too early.</exception>
    public override int Read(Span<byte> buffer)
    {
        if (rest is not null || buffer.IsEmpty) return rest?.Read(buffer) ?? 0;
        var count = text.Read(buffer);
        if (!input.IsAtLast) return count;
        // Where the input is cut, the last member's bytes pass for compressed text: nothing of it is given out before
        // its mark was seen.
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

    /// <summary>Streams one after the other, none of them closed.</summary>
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
