using System.IO.Compression;
using System.Text;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public class LineReaderTests
{
    [Theory]
    [InlineData("a\rb\rc")]
    [InlineData("a\rb\rc\r")]
    public void Lines_that_end_in_carriage_returns_alone_are_lines(string text)
    {
        Assert.Equal(["a", "b", "c"], Read(Encoding.UTF8.GetBytes(text), out var remarks));
        Assert.Equal("t: the lines end in carriage returns alone (CR); each is read as a line", Assert.Single(remarks));
    }

    [Fact]
    public void A_long_file_of_carriage_returns_is_read_as_its_lines()
    {
        string[] lines = [.. Enumerable.Range(0, 300_000).Select(i => $"line {i}")];
        Assert.True(string.Join('\r', lines).Length > 2 * LineReader.LongestLine);
        Assert.Equal(lines, Read(Encoding.UTF8.GetBytes(string.Join('\r', lines)), out _));
    }

    [Fact]
    public void A_carriage_return_within_a_line_moves_no_line_and_is_said_once()
    {
        Assert.Equal(["a\rb", "c\r", "d\u2028e\u0085f\vg\fh"], Read(
            Encoding.UTF8.GetBytes("a\rb\nc\r\r\nd\u2028e\u0085f\vg\fh\r\n"), out var remarks));
        Assert.StartsWith("t:1: a carriage return (CR) stands within the line", Assert.Single(remarks));
    }

    [Fact]
    public void A_line_feed_after_lines_that_end_in_carriage_returns_is_refused()
    {
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("line\r", 300_000)) + "a\nb\r");
        Assert.StartsWith("t:300001: the line ends in a line feed (LF), but lines before it in", Refused(text));
    }

    [Fact]
    public void Byte_order_marks_at_the_beginning_of_lines_are_dropped_and_said_once()
    {
        Assert.Equal(
            ["a", "b", "c\uFEFF", ""],
            Read(Encoding.UTF8.GetBytes("\uFEFFa\n\uFEFF\uFEFFb\n\uFEFFc\uFEFF\n\uFEFF"), out var remarks));
        Assert.StartsWith("t:2: a byte order mark (U+FEFF) begins the line", Assert.Single(remarks));
        Assert.Equal(["a"], Read(Encoding.UTF8.GetBytes("\uFEFF\uFEFFa"), out remarks));
        Assert.StartsWith("t:1: a byte order mark", Assert.Single(remarks));
        Assert.Equal(["a"], Read(Encoding.UTF8.GetBytes("\uFEFFa"), out remarks));
        Assert.Empty(remarks);
    }

    [Theory]
    [InlineData("28B52FFD04", "holds Zstandard data", "zstd -dc")]
    [InlineData("FD377A585A0000", "holds xz data", "xz -dc")]
    [InlineData("425A6839314159265359", "holds bzip2 data", "bzip2 -dc")]
    [InlineData("04224D186440", "holds LZ4 data", "lz4 -dc")]
    [InlineData("4C5A495001", "holds lzip data", "lzip -dc")]
    [InlineData("1F9D90", "holds data of compress", "gzip -dc")]
    [InlineData("377ABCAF271C0004", "holds a 7z archive", "7z x -so")]
    [InlineData("526172211A070100", "holds a RAR archive", "unrar p")]
    [InlineData("504B03040A0000000000", "holds a ZIP archive", "unzip -p")]
    [InlineData("504B030414000600080000002100DFA4D26C5A01000020050000130008025B436F6E74656E745F54797065735D2E786D6C",
        "holds an Office document", "plain text")]
    [InlineData("255044462D312E340A25E2E3", "holds a PDF document", "pdftotext")]
    [InlineData("50415231150415", "holds a Parquet table", "as text")]
    [InlineData("FFFE61000A00", "holds UTF-16 text", "iconv -f UTF-16 ")]
    [InlineData("FEFF0061000A", "holds UTF-16 text", "iconv -f UTF-16 ")]
    [InlineData("FFFE0000610000000A000000", "holds UTF-32 text", "iconv -f UTF-32 ")]
    [InlineData("610062000A00", ":1: looks like UTF-16LE text", "iconv -f UTF-16LE ")]
    [InlineData("110A00630064000A00", ":2: looks like UTF-16LE text", "iconv -f UTF-16LE ")]
    [InlineData("00610062000A", ":1: looks like UTF-16BE text", "iconv -f UTF-16BE ")]
    [InlineData("61000000620000000A000000", ":1: looks like UTF-32LE text", "iconv -f UTF-32LE ")]
    [InlineData("00000061000000620000000A", ":1: looks like UTF-32BE text", "iconv -f UTF-32BE ")]
    [InlineData("610A6200630A", ":2: holds a NUL character at byte 2 of the line, as binary", "tr -d '\\0'")]
    [InlineData("89900000470A", ":1: holds a NUL character at byte 3 of the line, as binary", "if it is text, convert")]
    [InlineData("610A00000A", ":2: holds NUL characters alone, as a device", "check where it comes from")]
    public void Data_of_another_format_are_named_with_what_to_do(string hex, string kind, string remedy)
    {
        var message = Refused(Convert.FromHexString(hex));
        Assert.StartsWith(kind[0] == ':' ? "t" + kind : $"t: {kind}, but must be plain text in UTF-8", message);
        Assert.Contains(remedy, message);
    }

    [Fact]
    public void Gzip_and_tar_within_gzip_are_named()
    {
        var tar = new byte[512];
        "ustar"u8.CopyTo(tar.AsSpan(257));
        tar[0] = (byte)'a';
        Assert.StartsWith("t: holds a tar archive", Refused(tar));
        Assert.StartsWith("t: the gzip data hold a tar archive", Refused(Gzip(tar)));
        Assert.StartsWith("t: the gzip data hold gzip data", Refused(Gzip(Gzip("a\n"u8))));
    }

    [Theory]
    [InlineData("BZh, he said")]
    [InlineData("PK 7z Rar! %PDF")]
    [InlineData("LZIP files")]
    public void Text_that_begins_like_the_name_of_a_format_is_text(string line) =>
        Assert.Equal([line], Read(Encoding.UTF8.GetBytes(line), out _));

    [Fact]
    public void A_line_has_at_most_1_MiB_before_its_end()
    {
        var longest = new string('a', LineReader.LongestLine - 1);
        Assert.Equal(
            ["b", longest, longest], Read(Encoding.UTF8.GetBytes($"b\n{longest}\r\n{longest}"), out _));
        Assert.Equal(
            "t:2: the line has more than 1 MiB, the most that a line may have; write one sentence a line, or take the "
            + "line out (of both files, if lines belong together)", Refused(
                Encoding.UTF8.GetBytes($"b\n{longest}aa\nc")));
    }

    [Theory]
    [InlineData(0, "t:1: holds NUL characters alone, as a device, a sparse file and a damaged file do")]
    [InlineData('a', "t:1: the line has more than")]
    public void An_endless_line_is_refused_after_a_few_bytes(int value, string expected)
    {
        var plain = new Endless((byte)value);
        Assert.StartsWith(expected, Refused(plain));
        Assert.InRange(plain.Given, 1, 2 * LineReader.LongestLine);
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            var part = Enumerable.Repeat((byte)value, 1 << 20).ToArray();
            for (var i = 0; i < 64; i++) gzip.Write(part);
        }
        file.Position = 0;
        Assert.StartsWith(expected, Refused(file));
        Assert.InRange(file.Position, 1, file.Length / 2);
    }

    [Fact]
    public void Gzip_followed_by_other_bytes_is_refused_after_its_lines() =>
        Assert.StartsWith("t:2: the gzip data are damaged", Refused([.. Gzip("a\n"u8), .. "garbage"u8]));

    [Fact]
    public void A_file_of_line_ends_is_as_many_empty_lines()
    {
        Assert.Equal(["", "", ""], Read("\n\r\n\n"u8.ToArray(), out _));
        Assert.Equal(["", ""], Read("\r\r"u8.ToArray(), out _));
        Assert.Empty(Read([], out _));
    }

    private static List<string> Read(byte[] bytes, out List<string> remarks)
    {
        var said = remarks = [];
        using var stream = new MemoryStream(bytes);
        return [.. TextLines.Read(stream, "t", said.Add)];
    }

    private static string Refused(byte[] bytes) => Refused(new MemoryStream(bytes));

    private static string Refused(Stream stream) =>
        Assert.Throws<InputException>(() => TextLines.Read(stream, "t").Count()).Message;

    private static byte[] Gzip(ReadOnlySpan<byte> text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(text);
        return bytes.ToArray();
    }

    /// <summary>One byte for ever.</summary>
    private sealed class Endless(byte value) : ForwardStream
    {
        public long Given { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill(value);
            Given += buffer.Length;
            return buffer.Length;
        }
    }
}
