using System.Text;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>Text that could control a terminal or hide itself on it.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("a\e[31m\u0007\0b\u007F", @"a\u001B[31m\u0007\u0000b\u007F")]
    [InlineData("\u009B31m\u0085", @"\u009B31m\u0085")]
    [InlineData("a\tb\nc\r", @"a\tb\nc\r")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    [InlineData("\u202A\u202B\u202C\u202D\u202E \u2066\u2067\u2068\u2069",
        @"\u202A\u202B\u202C\u202D\u202E \u2066\u2067\u2068\u2069")]
    [InlineData("\uFEFFa\u2060\u206A\u180E", @"\uFEFFa\u2060\u206A\u180E")]
    [InlineData("x\U000E0041\U000E007F", @"x\uDB40\uDC41\uDB40\uDC7F")]
    public void Control_characters_and_hidden_formatting_are_shown_escaped(string text, string shown) =>
        Assert.Equal(shown, Printable.Of(text));

    [Theory]
    [InlineData("می\u200Cخواهم کتاب\u200Cها")]
    [InlineData("ශ්\u200Dරී ක්\u200Dෂ")]
    [InlineData("👩\u200D👩\u200D👧 ❤\uFE0F 🏴\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F!")]
    [InlineData("\u200Fשלום\u200E \u061C٣ Fuß\u00ADball")]
    [InlineData("我 → 'b' \\ ≠ é")]
    public void Formatting_that_scripts_and_emoji_need_stays(string text) => Assert.Same(text, Printable.Of(text));

    [Fact]
    public void A_terminal_shows_translations_escaped_and_a_pipe_gets_them_as_they_are()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["a"], Enumerable.Repeat("red green", 20));
        File.WriteAllLines(folder["b"], Enumerable.Repeat("R\e[2J\u009B\u202ED", 20));
        Assert.Equal(0, CommandLine.Run(
        [
            "train", "--source", folder["a"], "--target", folder["b"], "--out", folder["model"], "--tokenizer", "char",
            .. TinyRun.Small[..^1], "2",
        ]).Code);
        string[][] decoders =
        [
            [], ["--decoder", "beam", "--n-best", "2"], ["--decoder", "sample", "--n-best", "2"],
        ];
        foreach (var decoder in decoders)
        {
            // Each of the eight characters once, and the unknown one.
            string[] translate =
            [
                "translate", "--model", folder["model"], "--min-length", "9", "--max-length", "9", "--no-repeat-ngram",
                "1", .. decoder,
            ];
            var piped = CommandLine.RunOn("red\n\ngreen\n", translate).Output;
            foreach (var hidden in (string[])["\e", "\u009B", "\u202E"]) Assert.Contains(hidden, piped);
            var shown = string.Concat(piped.Split('\n')[..^1].Select(line => Printable.Of(line) + "\n"));
            Assert.Equal(shown, OnTerminal(typed: false, translate));
            // At a prompt, lines have no numbers.
            var unnumbered = shown.Split('\n').Select(line =>
                decoder.Length > 0 && line.Length > 0 ? line["0 ||| ".Length..] : line);
            Assert.Equal(string.Join('\n', unnumbered), OnTerminal(typed: true, translate));
            foreach (var hidden in (string[])["\e", "\u009B", "\u202E"]) Assert.DoesNotContain(hidden, shown);
        }
    }

    [Fact]
    public void Lines_of_a_terminal_are_escaped_whole_however_they_are_written()
    {
        var terminal = new StringWriter { NewLine = "\n" };
        using var text = new TerminalText(terminal);
        text.Write("a\uD83D");
        text.Write('\uDE00'); // the other half
        text.Write("\e[0m\r\n\n");
        text.WriteLine("b");
        text.Write("c");
        Assert.Equal("a😀\\u001B[0m\n\nb\n", terminal.ToString());
        text.Flush();
        Assert.EndsWith("\nc", terminal.ToString());
    }

    private static string OnTerminal(bool typed, string[] arguments)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes("red\n\ngreen\n"));
        var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, Program.Run(arguments, new CommandStreams(
            input, output, TextWriter.Null, InputIsTerminal: typed, OutputIsTerminal: true)));
        return output.ToString();
    }
}
