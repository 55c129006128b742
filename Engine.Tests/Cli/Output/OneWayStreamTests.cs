using System.Text;
using Engine.Cli;
using Engine.Text;

namespace Engine.Tests.Cli;

/// <summary>Streams that go one way say so, and refuse what they cannot do in place of doing it wrongly.</summary>
public class OneWayStreamTests
{
    [Fact]
    public void Standard_output_takes_bytes_in_every_form_and_nothing_else()
    {
        using var held = new MemoryStream();
        using var output = new ResultStream(held);
        output.Write(Encoding.UTF8.GetBytes("-alpha-"), 1, 5);
        output.Write(" beta"u8);
        output.Flush();
        Assert.Equal("alpha beta", Encoding.UTF8.GetString(held.ToArray()));
        Assert.Equal((false, false, true), (output.CanRead, output.CanSeek, output.CanWrite));
        Refuses(output, () => _ = output.Read(new byte[1], 0, 1));
    }

    [Fact]
    public void Text_that_is_read_once_is_neither_written_nor_read_again()
    {
        using var text = new Letters();
        var read = new byte[4];
        Assert.Equal(3, text.Read(read, 1, 3));
        Assert.Equal("\0aaa", Encoding.UTF8.GetString(read));
        Assert.Equal((true, false, false), (text.CanRead, text.CanSeek, text.CanWrite));
        text.Flush();
        Refuses(text, () => text.Write(new byte[1], 0, 1));
    }

    [Fact]
    public void Messages_that_nobody_can_take_are_dropped_a_character_too()
    {
        using var held = new StringWriter();
        using (var writer = new MessageWriter(held))
        {
            writer.Write('a');
            Assert.Equal(held.Encoding, writer.Encoding);
        }
        Assert.Equal("a", held.ToString());
        using var dropping = new MessageWriter(new StreamWriter(new FullDisk()) { AutoFlush = true });
        dropping.Write('a'); // no exception, where the writer alone has one
        Assert.Throws<IOException>(() => new StreamWriter(new FullDisk()) { AutoFlush = true }.Write('a'));
    }

    [Fact]
    public void Text_for_a_terminal_has_the_terminals_encoding()
    {
        using var terminal = new StringWriter();
        using var text = new TerminalText(terminal);
        Assert.Equal(terminal.Encoding, text.Encoding);
    }

    private static void Refuses(Stream stream, Action other)
    {
        Assert.Throws<NotSupportedException>(other);
        Assert.Throws<NotSupportedException>(() => stream.Length);
        Assert.Throws<NotSupportedException>(() => stream.Position);
        Assert.Throws<NotSupportedException>(() => stream.Position = 0);
        Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
    }

    private sealed class Letters : ForwardStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'a');
            return buffer.Length;
        }
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device", 28);

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
    }
}
