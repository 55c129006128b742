using System.Text;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>A bad line among good lines: the lines before it are answered, always and in order.</summary>
public sealed class BadLineTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private const int Lines = 1100;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1, "not UTF-8")]
    [InlineData(1, "too long")]
    [InlineData(2, "too long")]
    [InlineData(511, "too long")]
    [InlineData(700, "not UTF-8")]
    [InlineData(700, "too long")]
    [InlineData(1025, "too long")]
    public void All_lines_before_a_bad_line_come_out_of_pipes_and_files(int number, string kind)
    {
        var input = Input(number, kind);
        File.WriteAllBytes(folder["in"], input);
        var expected = CommandLine.RunOn(Good(number - 1), "translate", "--model", tiny.Model).Output;
        var mistake = $"{number}: {(kind == "too long" ? "the line that begins" : "not valid UTF-8")}";
        var piped = CommandLine.RunOn(input, "translate", "--model", tiny.Model);
        Assert.Equal((2, expected), (piped.Code, piped.Output));
        Assert.StartsWith($"engine: standard input:{mistake}", piped.Error);
        var read = CommandLine.Run("translate", "--model", tiny.Model, "--input", folder["in"]);
        Assert.Equal((2, expected), (read.Code, read.Output));
        Assert.StartsWith($"engine: {folder["in"]}:{mistake}", read.Error);
    }

    [Fact]
    public void A_bad_line_leaves_the_output_file_as_it_was_and_the_message_says_so()
    {
        File.WriteAllBytes(folder["in"], Input(700, "too long"));
        File.WriteAllText(folder["out"], "old\n");
        var result = CommandLine.Run(
            "translate", "--model", tiny.Model, "--input", folder["in"], "--output", folder["out"]);
        Assert.EndsWith($"; nothing is written to {folder["out"]}", result.Mistake());
        Assert.Equal("old\n", File.ReadAllText(folder["out"]));
        Assert.Equal(
            ["in", "out"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Lines_that_fail_only_together_are_answered_one_by_one_in_their_order()
    {
        using var input = new MemoryStream("a\nb\nc\nd\ne\n"u8.ToArray());
        using var output = new StringWriter { NewLine = "\n" };
        var code = LineByLine.Run(
            null, null, 1, new CommandStreams(input, output, TextWriter.Null),
            _ => new LineService((lines, _, _, first, answers, _) =>
            {
                if (lines.Count > 1) throw new InputException("too many at a time");
                answers.WriteLine($"{first} {lines[0]}");
            }));
        Assert.Equal((0, "1 a\n2 b\n3 c\n4 d\n5 e\n"), (code, output.ToString()));
    }

    [Fact]
    public void Long_lines_are_read_ahead_only_as_far_as_memory_is_bounded()
    {
        // 64 lines of 100,000 characters that are one word: 2 million characters wait at most.
        var read = 0;
        var queue = new LineQueue(512);
        queue.Fill(Enumerable.Range(0, 64).Select(_ =>
        {
            Interlocked.Increment(ref read);
            return new string('x', 100_000);
        }));
        var lines = 0;
        foreach (var chunk in queue.Chunks())
        {
            Assert.InRange(chunk.Sum(line => line.Length), 1, 1 << 20);
            lines += chunk.Count;
            Thread.Sleep(1);
            Assert.InRange(Volatile.Read(ref read) - lines, 0, 22); // the queue, and a line that waits for room
        }
        Assert.Equal(64, lines);
    }

    private static string Good(int lines) =>
        string.Concat(Enumerable.Range(0, lines).Select(i => i % 3 == 0 ? "red blue\n" : "pink green grey\n"));

    private static byte[] Input(int number, string kind) =>
    [
        .. Encoding.UTF8.GetBytes(Good(number - 1)),
        .. kind == "too long" ? Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("red", 5000))) : [0xFF],
        (byte)'\n', .. Encoding.UTF8.GetBytes(Good(Lines - number)),
    ];
}
