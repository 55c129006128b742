using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Engine.Cli;

namespace Engine.Tests.Cli;

public sealed partial class LineEditorTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private const string Left = "<left>", Right = "<right>", Up = "<up>", Down = "<down>", Home = "<home>",
        End = "<end>", Back = "<back>", Delete = "<del>", Enter = "\r";

    [Theory]
    [InlineData("bcd" + Home + "a" + End + "e" + Left + Left + "x" + Right + "y", "abcxdye")]
    [InlineData("我爱你" + Left + Left + Back + "他", "他爱你")]
    [InlineData("我爱你" + Home + Delete + Delete, "你")]
    [InlineData("e\u0301👨‍👩‍👧x" + Left + Back + Back, "x")] // a letter with its mark, and a family, are one each
    [InlineData("red blue pink\u0017\u0017x", "red x")]
    [InlineData("red blue" + Left + Left + "\u000B", "red bl")]
    [InlineData("red blue" + Left + Left + "\u0015", "ue")]
    [InlineData("a\tb\u0001x\u0005y\u0002\u0002z\u0006\u0008", "xa zy")]
    [InlineData(Left + Back + Delete + "ab" + Right + Right + Home + Left + Back + Up + Down, "ab")]
    public void Keys_edit_the_line(string keys, string line) => Assert.Equal(line, Type(keys + Enter).Lines.Single());

    [Fact]
    public void Up_and_down_recall_earlier_lines_and_keep_the_line_that_was_begun()
    {
        var lines = Type(
            "one" + Enter + "two" + Enter + "two" + Enter + Enter // a repeated line is kept once, a blank line never
            + "three" + Up + Up + Up + Enter + "four" + Up + Up + Down + Down + Enter + Up + Up + "x" + Enter).Lines;
        Assert.Equal(["one", "two", "two", "", "one", "four", "onex"], lines);
    }

    [Fact]
    public void Ctrl_D_ends_the_input_in_an_empty_line_and_deletes_elsewhere()
    {
        var (lines, _) = Type("ab" + Home + "\u0004" + Enter + "\u0004" + "c" + Enter);
        Assert.Equal(["b"], lines);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(7)]
    [InlineData(3)]
    public void A_row_is_never_wider_than_the_window_and_the_cursor_stands_where_the_text_is(int width)
    {
        const string text = "她有四本书abc她有四本书";
        var screen = Type(text + Home + Right + Right + End + Left + Left + Back, width).Screen;
        screen = screen[..screen.IndexOf('\n')]; // up to Enter
        screen = screen[..screen.LastIndexOf('\r')];
        foreach (var row in screen.Split('\r', StringSplitOptions.RemoveEmptyEntries))
        {
            var plain = Escape().Replace(row, "");
            Assert.InRange(TextColumns.Of(plain), 0, Math.Max(width - 1, 4));
            if (Moved().Match(row) is { Success: true } moved)
            {
                var column = int.Parse(moved.Groups[1].Value, CultureInfo.InvariantCulture);
                Assert.InRange(column, 2, Math.Max(width - 1, 4));
            }
        }
        Assert.Contains("\r> 她", screen); // after Home, from the beginning
        Assert.Contains(
            $"> {text}\e[K{Environment.NewLine}", Type(text + Enter, width).Screen); // what was typed stays whole
    }

    [Fact]
    public void Text_that_would_control_the_terminal_is_shown_escaped() =>
        Assert.Contains("> a\\u202Eb", Type("a\u202Eb").Screen);

    [LinuxFact]
    public void A_person_at_a_terminal_edits_and_recalls_lines()
    {
        // script gives the command a terminal.
        string[] command = ["dotnet", typeof(CommandStreams).Assembly.Location, "translate", "--model", tiny.Model];
        var start = new System.Diagnostics.ProcessStartInfo(
            "script", ["-qec", string.Join(' ', command.Select(word => $"'{word}'")), "/dev/null"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false), StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["TERM"] = "xterm";
        using var process = System.Diagnostics.Process.Start(start)!;
        using var guard = new Timer(_ => process.Kill(entireProcessTree: true), null, 60_000, Timeout.Infinite);
        var shown = new StringBuilder();
        void Await(string text)
        {
            while (!shown.ToString().Contains(text, StringComparison.Ordinal))
            {
                var read = process.StandardOutput.Read();
                Assert.True(read >= 0, shown.ToString());
                shown.Append((char)read);
            }
            shown.Clear();
        }
        void Press(string keys)
        {
            // The terminal edits lines itself until the program waits for a key, a moment after the prompt is shown.
            Thread.Sleep(500);
            process.StandardInput.Write(keys);
            process.StandardInput.Flush();
        }
        Await("> \e[K");
        Press("我blue\e[D\e[D\e[D\e[D\x7fred \r");
        Await("> red blue\e[K\r\n");
        Await(CommandLine.RunOn("red blue\n", "translate", "--model", tiny.Model).Output.TrimEnd('\n'));
        Await("> \e[K");
        Press("\e[A");
        Await("> red blue\e[K");
        Press("\u0015\u0004");
        Assert.True(process.WaitForExit(30_000));
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>The lines that keys make, and all that the screen got.</summary>
    private static (IReadOnlyList<string> Lines, string Screen) Type(string keys, int width = 80)
    {
        var pressed = new Queue<ConsoleKeyInfo>(Key().Matches(keys).Select(key => KeyOf(key.Value)));
        pressed.Enqueue(KeyOf(Enter));
        pressed.Enqueue(KeyOf("\u0004"));
        var screen = new StringWriter();
        var editor = new LineEditor(new TerminalKeys(pressed.Dequeue, () => false, () => width), screen);
        var lines = new List<string>();
        while (editor.ReadLine("> ") is { } line) lines.Add(line);
        if (lines is [.., ""] && pressed.Count == 0) lines.RemoveAt(lines.Count - 1); // the Enter that was added
        return (lines, screen.ToString());
    }

    private static ConsoleKeyInfo KeyOf(string key)
    {
        var named = key switch
        {
            Left => ConsoleKey.LeftArrow, Right => ConsoleKey.RightArrow, Up => ConsoleKey.UpArrow,
            Down => ConsoleKey.DownArrow, Home => ConsoleKey.Home, End => ConsoleKey.End, Back => ConsoleKey.Backspace,
            Delete => ConsoleKey.Delete, Enter => ConsoleKey.Enter, _ => ConsoleKey.None,
        };
        var character = named == ConsoleKey.None || named == ConsoleKey.Enter ? key[0] : '\0';
        return new ConsoleKeyInfo(character, named, shift: false, alt: false, control: false);
    }

    [GeneratedRegex("<[a-z]+>|.|\r", RegexOptions.Singleline)]
    private static partial Regex Key();

    [GeneratedRegex("\e\\[[0-9]*[KC]")]
    private static partial Regex Escape();

    [GeneratedRegex("\e\\[([0-9]+)C")]
    private static partial Regex Moved();
}
