using System.Text.RegularExpressions;
using Engine.Cli;
using Spectre.Console;

namespace Engine.Tests.Cli;

public sealed class HeatMapTests
{
    private static readonly float[][] Values = [[0, 0.04f, 0.2f, 0.3f], [0.6f, 0.9f, 1, 0.05f]];

    [Fact]
    public void A_cell_has_a_shade_and_its_percent_and_wide_characters_are_aligned()
    {
        var output = new StringWriter { NewLine = "\n" };
        new HeatMap(["我", "ab"], ["爱", "tiger", "x", "你们"], Values).Write(output, null);
        Assert.Equal(
            """
                  爱 tiger     x  你们
            我           4 ░░ 20 ▒▒ 30
            ab ▓▓ 60 ██ 90 ██100 ░░  5

            """,
            output.ToString());
    }

    [Fact]
    public void Columns_that_a_terminal_has_no_room_for_continue_below()
    {
        var output = new StringWriter { NewLine = "\n" };
        new HeatMap(["我", "ab"], ["爱", "tiger", "x", "你们"], Values).Write(output, Terminal(output, 15));
        Assert.Equal(
            """
            columns 1 to 2
                  爱 tiger
            我           4
            ab ▓▓ 60 ██ 90
            columns 3 to 4
                   x  你们
            我 ░░ 20 ▒▒ 30
            ab ██100 ░░  5

            """,
            output.ToString());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(1)]
    public void A_terminal_that_is_narrower_than_a_column_gets_one_column_at_a_time(int width)
    {
        var output = new StringWriter { NewLine = "\n" };
        new HeatMap(["我", "ab"], ["爱", "tiger", "x", "你们"], Values).Write(output, Terminal(output, width));
        Assert.Equal(
            ["column 1", "column 2", "column 3", "column 4"],
            output.ToString().Split('\n').Where(line => line.StartsWith("col", StringComparison.Ordinal)));
    }

    [Fact]
    public void Colours_add_to_the_text_and_take_nothing_from_it()
    {
        var (plain, coloured) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var map = new HeatMap(["我", "ab"], ["爱", "tiger", "x", "你们"], Values);
        map.Write(plain, Terminal(plain, 80));
        map.Write(coloured, Terminal(coloured, 80, ColorSystemSupport.TrueColor));
        Assert.DoesNotContain('\e', plain.ToString());
        Assert.Contains("\e[38;2;225;110;20m ██\e[0m100", coloured.ToString());
        Assert.Equal(
            plain.ToString(),
            Regex.Replace(coloured.ToString(), @"\e\[[0-9;]*m", ""));
    }

    [Fact]
    public void NO_COLOR_turns_colours_off()
    {
        Environment.SetEnvironmentVariable("NO_COLOR", "1");
        try
        {
            Assert.Equal(
                ColorSystem.NoColors, ResultTable.ConsoleOn(new StringWriter()).Profile.Capabilities.ColorSystem);
        }
        finally
        {
            Environment.SetEnvironmentVariable("NO_COLOR", null);
        }
    }

    [Fact]
    public void Labels_cannot_control_the_terminal_and_long_ones_are_cut()
    {
        var output = new StringWriter { NewLine = "\n" };
        new HeatMap(["a\e[2J", "我们我们我们我们我们我们我们"], ["一二三四五六", "\n"], [[0, 0], [0.001f, 1]]).Write(output, null);
        Assert.Equal(
            """
                                    一二...      \n
            a\u001B[2J
            我们我们我们我们我们...       0 ████100

            """,
            string.Join('\n', output.ToString().Split('\n').Select(line => line.TrimEnd())));
    }

    private static IAnsiConsole Terminal(
        StringWriter output, int width, ColorSystemSupport colours = ColorSystemSupport.NoColors)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes, ColorSystem = colours, Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = width;
        return console;
    }
}
