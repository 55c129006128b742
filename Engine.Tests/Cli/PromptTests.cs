using System.Text;
using Engine.Cli;

namespace Engine.Tests.Cli;

public sealed class PromptTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private const string Greeting =
        "Type a sentence and press Enter; :help lists the commands, :quit or Ctrl+D ends.\n> ";

    [Fact]
    public void A_person_gets_a_prompt_and_answers_line_by_line()
    {
        var (code, output, error) = Talk("red blue\n\ngrey\n");
        Assert.Equal(0, code);
        Assert.Equal(CommandLine.RunOn("red blue\n\ngrey\n", "translate", "--model", tiny.Model).Output, output);
        Assert.Equal(Greeting + "> > > \n", error);
    }

    [Fact]
    public void Quit_ends_the_conversation_and_the_lines_after_it_are_not_read()
    {
        foreach (var quit in (string[])[":quit", ":q"])
        {
            var (code, output, error) = Talk($"{quit}\nred\n");
            Assert.Equal((0, "", Greeting), (code, output, error));
        }
    }

    [Fact]
    public void The_decoder_can_be_changed_between_two_lines()
    {
        var (_, output, error) = Talk(
            "red blue\n:set --decoder beam --n-best 2\nred blue\n:set decoder greedy\nred blue\n:set\n");
        var lines = output.Split('\n');
        var best = CommandLine.RunOn(
            "\nred blue\n", "translate", "--model", tiny.Model, "--decoder", "beam", "--n-best", "2").OutputLines[1..];
        // A person's lines have no numbers.
        Assert.Equal([lines[0], .. best.Select(line => line["1 ||| ".Length..]), lines[0], ""], lines);
        const string greedy = "--decoder greedy --min-length 0 --repetition-penalty 1\n";
        Assert.Equal(
            Greeting + "> --decoder beam --beam 4 --length-penalty 0.6 --beam-stopping width --n-best 2 --min-length 0 "
            + $"--repetition-penalty 1\n> > {greedy}> > {greedy}> \n",
            error);
    }

    [Theory]
    [InlineData("decoder beam n-best 2")]
    [InlineData("decoder=beam replace-unknown n-best=2")]
    [InlineData("replace-unknown --decoder beam n-best 2")]
    public void Names_of_options_need_no_dashes_where_an_option_can_stand(string typed)
    {
        var dashed = typed.Contains("replace") ? " --replace-unknown\n" : "\n";
        Assert.EndsWith(
            $"--beam-stopping width --n-best 2 --min-length 0 --repetition-penalty 1{dashed}> \n",
            Talk($":set {typed}\n").Error);
    }

    [Fact]
    public void After_a_mistake_the_conversation_continues()
    {
        (string Line, string Mistake)[] mistakes =
        [
            (":set --decoder best", "--decoder 'best' is not known; use greedy, beam, sample."),
            (":set --beam 4", "--beam is not read by --decoder greedy; leave it out, or choose beam."),
            (":set --baem 4", "unknown option --baem of translate; did you mean --beam?"),
            (":set decoder beam beam decoder", "option --beam: 'decoder' is not a whole number; write --beam N"),
            (":set decoder beam bea 4", "unexpected argument 'bea'; engine translate takes only options:"),
            (":set early-stopping never", "--early-stopping (now --beam-stopping) is not read by --decoder greedy;"),
            (":set --threads 2",
                "the prompt keeps its model, input, output and threads; set options of the decoder."),
            (":set --model other", "the prompt keeps its model,"),
            (":why", "there is no translation to explain yet; type a sentence first."),
            (":)",
                "':)' is not a command; use :help, :set, :why, :quit, or a space before a sentence that begins with a "
                + "colon."),
            (string.Join(' ', Enumerable.Repeat("red", 5000)), "line:1: the line that begins 'red red"),
        ];
        foreach (var (line, mistake) in mistakes)
        {
            var (code, output, error) = Talk(line + "\nred\n");
            Assert.Equal(0, code);
            Assert.Equal(CommandLine.RunOn("red\n", "translate", "--model", tiny.Model).Output, output);
            Assert.StartsWith(Greeting + mistake, error);
            Assert.EndsWith("\n> > \n", error);
        }
    }

    [Fact]
    public void A_sentence_that_begins_with_a_colon_has_a_space_before_it() =>
        Assert.Single(Talk(" :)\n").Output, '\n');

    [Fact]
    public void Help_lists_the_commands_and_its_examples_work()
    {
        var error = Talk(":help\n").Error;
        foreach (var command in (string[])["  :quit ", "  :set ", "  :set ...", "  :why "])
            Assert.Contains(command, error);
        Assert.All(error.Split('\n'), line => Assert.InRange(line.Length, 0, 100));
        // The examples of the help are valid commands.
        var told = Talk(":set --decoder beam --beam 8 --n-best 3\n:set --decoder sample\n").Error;
        Assert.Equal(4, told.Split("> ").Length);
        Assert.DoesNotContain("engine", told);
    }

    [Fact]
    public void Why_explains_the_last_translation()
    {
        var explained = CommandLine.RunOn("red blue\n", "translate", "--model", tiny.Model, "--explain").OutputLines;
        var (code, output, _) = Talk("red blue\n:why\n");
        Assert.Equal(0, code);
        Assert.Equal(explained, output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void After_bytes_that_are_not_UTF8_the_conversation_continues()
    {
        var (code, output, error) = Talk([0xE9, (byte)'\n', .. "red\n"u8]);
        Assert.Equal(0, code);
        Assert.Equal(CommandLine.RunOn("red\n", "translate", "--model", tiny.Model).Output, output);
        Assert.Equal(Greeting + "the line is not valid UTF-8; set the terminal's encoding to UTF-8.\n> > \n", error);
    }

    [Fact]
    public void Prefixes_are_refused_at_a_prompt_which_has_no_line_numbers()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var code = Program.Run(
            ["translate", "--model", tiny.Model, "--prefix", tiny.Target],
            new CommandStreams(Stream.Null, TextWriter.Null, error, InputIsTerminal: true));
        Assert.Equal(
            (2, "engine: --prefix belongs to the lines of a text; name the text with --input, or pipe it\n"),
            (code, error.ToString()));
    }

    private (int Code, string Output, string Error) Talk(string typed) => Talk(Encoding.UTF8.GetBytes(typed));

    private (int Code, string Output, string Error) Talk(byte[] typed)
    {
        using var input = new MemoryStream(typed);
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = Program.Run(
            ["translate", "--model", tiny.Model],
            new CommandStreams(input, output, error, InputIsTerminal: true));
        return (code, output.ToString(), error.ToString());
    }
}
