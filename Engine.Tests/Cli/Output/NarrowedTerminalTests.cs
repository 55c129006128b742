using System.Text;
using Engine.Cli;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engine.Tests.Cli;

/// <summary>The progress line in a terminal that becomes narrower.</summary>
public sealed class NarrowedTerminalTests
{
    private readonly Terminal terminal = new();
    private readonly ControlCode move = new("\e[2J\e[3J\e[H"), line = new("line");

    [Fact]
    public void The_rows_of_a_broken_line_are_found_again_and_the_screen_is_not_cleared()
    {
        var hook = new NarrowedTerminal(() => 70);
        Assert.Equal([move, line], Process(hook, width: 80));
        Assert.Equal([move, line], Process(hook, width: 80));
        // 70 columns take two rows of 40, and so do the empty rows above and below: the cursor is in the last of six.
        Assert.Equal("\e[5A\r\e[J", TextOf(Process(hook, width: 40)[0]));
        Assert.Equal([move, line], Process(hook, width: 40));
    }

    [Fact]
    public void A_line_that_still_fits_and_a_wider_terminal_change_nothing()
    {
        var hook = new NarrowedTerminal(() => 30);
        foreach (var width in (int[])[80, 40, 100]) Assert.Equal([move, line], Process(hook, width));
    }

    [Fact]
    public void The_line_that_was_drawn_counts_and_not_the_shorter_line_that_comes()
    {
        var columns = 70;
        var hook = new NarrowedTerminal(() => columns);
        Process(hook, width: 80);
        columns = 20;
        Assert.Equal("\e[5A\r\e[J", TextOf(Process(hook, width: 40)[0]));
    }

    private IRenderable[] Process(NarrowedTerminal hook, int width)
    {
        terminal.Width = width;
        return [.. hook.Process(Options(), [move, line])];
    }

    private RenderOptions Options() =>
        RenderOptions.Create(AnsiConsole.Create(new AnsiConsoleSettings { Out = terminal }));

    private string TextOf(IRenderable code) => string.Concat(code.Render(Options(), 80).Select(part => part.Text));

    private sealed class Terminal : IAnsiConsoleOutput
    {
        public TextWriter Writer { get; } = new StringWriter();

        public bool IsTerminal => true;

        public int Width { get; set; } = 80;

        public int Height => 25;

        public void SetEncoding(Encoding encoding)
        {
            // The writer is a string.
        }
    }
}
