using System.IO.Compression;
using System.Text;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public class GzipInputTests
{
    private static readonly string[] Lines = [.. Enumerable.Range(0, 3000).Select(i => $"爱 {i * 7919 % 1009} {i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Gzip_of_any_number_of_members_is_read_as_its_text(int members)
    {
        var bytes = Enumerable.Repeat(Compress(Lines), members).SelectMany(member => member).ToArray();
        var expected = Enumerable.Repeat(Lines, members).SelectMany(lines => lines);
        Assert.Equal(expected, TextLines.Read(new MemoryStream(bytes), "t"));
        Assert.Equal(expected, TextLines.Read(new ByteByByte(bytes), "t"));
    }

    [Fact]
    public void Empty_gzip_has_no_lines_and_short_text_is_not_taken_for_gzip()
    {
        Assert.Empty(TextLines.Read(new MemoryStream(Compress([])), "t"));
        Assert.Equal(["\u001f"], TextLines.Read(new ByteByByte([0x1F]), "t"));
    }

    [Fact]
    public void Gzip_that_ends_early_is_an_error_after_the_whole_lines_before_its_end()
    {
        var bytes = Compress(Lines);
        foreach (var length in Enumerable.Range(2, 30).Concat([bytes.Length / 2]).Concat(
            Enumerable.Range(1, 12).Select(i => bytes.Length - i)))
        {
            var read = new List<string>();
            var failure = Assert.Throws<InputException>(() =>
            {
                foreach (var line in TextLines.Read(new MemoryStream(bytes[..length]), "t.gz")) read.Add(line);
            });
            Assert.Equal(
                $"t.gz:{read.Count + 1}: the gzip data are damaged or cut short; check the file with gzip -t, and copy "
                + "or compress it again", failure.Message);
            Assert.Equal(Lines.Take(read.Count), read);
        }
    }

    [Fact]
    public void A_changed_byte_is_damage()
    {
        var bytes = Compress(Lines);
        bytes[^6] ^= 1; // of the checksum
        Assert.Contains("damaged or cut short", Assert.Throws<InputException>(
            () => TextLines.Read(new MemoryStream(bytes), "t").Count()).Message);
    }

    internal static byte[] Compress(IEnumerable<string> lines)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return bytes.ToArray();
    }

    private sealed class ByteByByte(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
