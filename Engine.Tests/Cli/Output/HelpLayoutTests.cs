using Engine.Cli;

namespace Engine.Tests.Cli;

public sealed class HelpLayoutTests
{
    [Theory]
    [InlineData("train")]
    [InlineData("translate")]
    [InlineData("classify")]
    [InlineData("evaluate")]
    [InlineData("score")]
    [InlineData("inspect")]
    [InlineData("explain")]
    [InlineData("serve")]
    [InlineData("export")]
    [InlineData("corpus")]
    [InlineData("embed")]
    [InlineData("lab")]
    [InlineData("gradcheck")]
    [InlineData("completion")]
    [InlineData("help")]
    public void Help_fits_narrow_terminals_and_loses_no_word(string verb)
    {
        var wide = Help(verb, HelpLayout.Widest);
        foreach (var columns in (int[])[80, 60])
        {
            var narrow = Help(verb, columns);
            Assert.All(narrow.Split('\n'), line => Assert.InRange(TextColumns.Of(line), 0, columns));
            Assert.Equal(Words(wide).Order(StringComparer.Ordinal), Words(narrow).Order(StringComparer.Ordinal));
        }
    }

    // Fitting a text takes a fifth of the time that 'engine --help' takes to start.
    [Fact]
    public void The_overview_fits_as_it_is_written() =>
        Assert.All(
            Help("help", HelpLayout.Widest).Split('\n'),
            line => Assert.InRange(TextColumns.Of(line), 0, HelpLayout.Standard));

    [Fact]
    public void What_an_option_does_stays_in_its_column()
    {
        const string Text =
            """
              --decoder NAME   greedy: the most likely word at each step. beam: the most likely of N translations
                               that grow side by side
              --length-penalty X a larger X favours longer translations
              --source F  --target F   line n of one file translates line n of the other
            """;
        Assert.Equal(
            """
              --decoder NAME   greedy: the most likely word
                               at each step. beam: the most
                               likely of N translations that
                               grow side by side
              --length-penalty X a larger X favours longer
                               translations
              --source F  --target F
                  line n of one file translates line n of
                  the other
            """,
            HelpLayout.Fit(Text, 48));
    }

    [Fact]
    public void A_long_command_breaks_as_a_shell_reads_it_and_keeps_quotes_and_values_together()
    {
        const string Text =
            """
            Examples:
              engine explain --model runs/zh-en-1 --source "I love" --target "you now" --json | less
              engine gradcheck    are the gradients right?
            """;
        Assert.Equal(
            """
            Examples:
              engine explain --model runs/zh-en-1 \
                  --source "I love" --target "you now" \
                  --json | less
              engine gradcheck    are the gradients right?
            """,
            HelpLayout.Fit(Text, 46));
    }

    [Fact]
    public void Only_a_line_that_the_author_had_to_end_is_joined_with_the_next()
    {
        var full = string.Join(' ', Enumerable.Repeat("word", 19));
        Assert.Equal(
            $"{full[..79]}\n{full[80..]} goes on\nShort.\nAnother.",
            HelpLayout.Fit($"{full}\ngoes on\nShort.\nAnother.", 80).Replace("goes\non", "goes on"));
    }

    [Fact]
    public void An_option_begins_a_line_of_its_own_also_after_a_full_line()
    {
        var full = "        --a " + string.Join('|', Enumerable.Repeat("word", 16));
        Assert.EndsWith("\n        --b 1", HelpLayout.Fit($"{full}\n        --b 1", 80));
    }

    [Fact]
    public void A_paragraph_whose_line_begins_with_an_option_stays_whole()
    {
        var full = "--updates and " + string.Join(' ', Enumerable.Repeat("word", 16));
        Assert.Equal(
            Words($"{full}\ngoes on"), Words(HelpLayout.Fit($"{full}\ngoes on", 60)));
    }

    private static string Help(string verb, int columns)
    {
        var output = new StringWriter { NewLine = "\n" };
        var streams = new CommandStreams(Stream.Null, output, TextWriter.Null) { HelpColumns = columns };
        Assert.Equal(0, Program.Run(["help", verb], streams));
        return output.ToString();
    }

    // A command's line ends in a backslash, and choices may break after a bar.
    private static IEnumerable<string> Words(string text) =>
        text.Replace(" \\\n", "\n").Split([' ', '\n', '|'], StringSplitOptions.RemoveEmptyEntries);
}
