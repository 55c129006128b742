using System.Text;
using Engine.Storage;

namespace Engine.Tests.Storage;

public sealed class JsonInputTests
{
    private const string Remedy = "correct the file";

    private static JsonInput Read(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return JsonInput.Read(stream, "f.json", Remedy);
    }

    private static string ErrorOf(byte[] bytes) => Assert.Throws<InputException>(() => Read(bytes)).Message;

    [Theory]
    [InlineData("", ": is empty, where JSON must be")]
    [InlineData(" \n\t ", ": is empty, where JSON must be")]
    [InlineData("{\n\"a\": 1,\n", ":3: not valid JSON at byte 1 of the line (the text ends too early)")]
    [InlineData("{\"a\": 1}\n]", ":2: not valid JSON at byte 1 of the line (']' is invalid after a single JSON value)")]
    [InlineData("{\"a\": 01}", ":1: not valid JSON at byte 8 of the line (Invalid leading zero before '1')")]
    [InlineData("{\"a\": NaN}", ":1: not valid JSON at byte 7 of the line ('N' is an invalid start of a value)")]
    [InlineData("[\n\"\\ud800\"]", ":2: not valid JSON at byte 1 of the line (an escape is half of a surrogate pair)")]
    [InlineData("{\"\\uDC00\": 1}", ":1: not valid JSON at byte 2 of the line (an escape is half of a surrogate pair)")]
    [InlineData(
        "{\"a\": 1,\n \"b\": {\"a\": 2},\n \"a\": 3}",
        ":3: key 'a' is given twice in one object, and only one value can count")]
    public void A_text_that_breaks_a_rule_is_refused_with_its_place(string text, string expected) =>
        Assert.Equal($"f.json{expected}; {Remedy}", ErrorOf(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_byte_that_is_not_UTF8_is_refused_with_its_place()
    {
        Assert.Equal(
            $"f.json:2: not valid UTF-8 at byte 6 of the line; {Remedy}",
            ErrorOf([.. "{\n \"a\":"u8, 0xFF, .. "1}"u8]));
        // The bytes of a surrogate are no UTF-8 either.
        Assert.Equal(
            $"f.json:1: not valid UTF-8 at byte 2 of the line; {Remedy}", ErrorOf([.. "\""u8, 0xED, 0xA0, 0x80, 0x22]));
        Assert.StartsWith("f.json:1: not valid UTF-8 at byte 1", ErrorOf(Encoding.Unicode.GetPreamble()));
    }

    [Fact]
    public void A_text_nested_too_deeply_is_refused() => Assert.StartsWith(
        "f.json:1: not valid JSON at byte 65 of the line (The maximum configured depth of 64",
        ErrorOf(Encoding.UTF8.GetBytes(new string('[', 100_000))));

    [Fact]
    public void A_byte_order_mark_is_dropped() =>
        Assert.Equal("a", Assert.Single(Read([0xEF, 0xBB, 0xBF, .. "{\"a\": 1}"u8]).Properties("")).Key);

    [Fact]
    public void A_stream_is_read_to_a_limit_even_if_it_does_not_end()
    {
        using var endless = new EndlessSpaces();
        Assert.Equal(
            $"f.json: has more than 100,000,000 bytes, the most that are read; {Remedy}",
            Assert.Throws<InputException>(() => JsonInput.Read(endless, "f.json", Remedy)).Message);
        Assert.InRange(endless.Given, JsonText.Longest, JsonText.Longest + 200_000);
    }

    [Fact]
    public void A_stream_that_breaks_is_named_with_the_systems_reason()
    {
        using var broken = new BrokenStream();
        var error = Assert.Throws<InputException>(() => JsonInput.Read(broken, "f.json", Remedy)).Message;
        Assert.StartsWith("f.json: could not be read: Input/output error ", error);
    }

    [Fact]
    public void The_error_of_a_value_names_its_line_and_shortens_the_value()
    {
        var json = Read(Encoding.UTF8.GetBytes("{\n\"a\": 1,\n\"b\":\n\"" + new string('x', 1000) + "\"}"));
        var value = json.Properties("").Last();
        Assert.Equal($"f.json:4: what; {Remedy}", value.Wrong("what").Message);
        Assert.InRange(value.Quoted.Length, 80, 90);
        Assert.Equal(
            $"f.json:1: no list; {Remedy}", Assert.Throws<InputException>(() => json.Items("no list")).Message);
    }

    [Theory]
    [InlineData("1e999")]
    [InlineData("-1e999")]
    [InlineData("\"1\"")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void What_no_double_can_hold_is_no_number(string text) =>
        Assert.False(Read(Encoding.UTF8.GetBytes(text)).TryNumber(out _));

    [Theory]
    [InlineData("1.0")]
    [InlineData("1e2")]
    [InlineData("9223372036854775808")]
    [InlineData("true")]
    public void What_is_not_written_as_a_whole_number_is_none(string text) =>
        Assert.False(Read(Encoding.UTF8.GetBytes(text)).TryWhole(out _));

    private sealed class BrokenStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("Input/output error", 5);
    }

    private sealed class EndlessSpaces : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)' ');
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
