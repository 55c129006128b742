using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>The progress of long work; a clock that jumps makes the work long.</summary>
public sealed class ProgressTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Translating_a_file_shows_its_progress_and_the_translations_are_the_same()
    {
        var (source, _) = Lines("text", 700);
        string[] translate = ["translate", "--model", tiny.Model, "--input", source];
        var expected = CommandLine.Run(translate);
        Assert.Equal((0, 700, ""), (expected.Code, expected.OutputLines.Length, expected.Error));

        var logged = Slowly(isTerminal: false, translate);
        Assert.Equal((0, expected.Output), (logged.Code, logged.Output));
        Assert.All(
            logged.Error.TrimEnd().Split('\n'), line => Assert.Matches(@"^translating  \d+%  \d+:\d\d left$", line));

        var watched = Slowly(isTerminal: true, [.. translate, "--output", folder["out"]]);
        Assert.Equal((0, "", expected.Output), (watched.Code, watched.Output, File.ReadAllText(folder["out"])));
        var done = Regex.Matches(watched.Error, @"[━─]{24}  translating  (\d+)%  \d+:\d\d left")
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.True(done.Length > 5);
        Assert.Equal(done.Order(), done);
        Assert.EndsWith(" \r", watched.Error);
    }

    [Fact]
    public void A_pipe_has_no_known_length_and_no_progress()
    {
        var error = new StringWriter();
        using var input = File.OpenRead(Lines("text", 200).Source);
        Program.Run(
            ["translate", "--model", tiny.Model],
            new CommandStreams(input, TextWriter.Null, error) { Time = new SteppedTime(TimeSpan.FromSeconds(3)) });
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public void Lines_before_a_mistake_are_answered_and_the_mistake_has_a_line_of_its_own()
    {
        var (source, _) = Lines("text", 200);
        File.AppendAllBytes(source, "red\n"u8.ToArray().Append((byte)0xFF).ToArray());
        var result = Slowly(isTerminal: true, "translate", "--model", tiny.Model, "--input", source);
        Assert.Equal((2, 201), (result.Code, result.OutputLines.Length));
        Assert.Contains("translating", result.Error, StringComparison.Ordinal);
        Assert.Matches($" \rengine: {Regex.Escape(source)}:202: not valid UTF-8 .*\n$", result.Error);
    }

    [Fact]
    public void Evaluating_shows_the_progress_of_each_part_and_its_JSON_stays_clean()
    {
        var (source, target) = Lines("text", 200);
        var result = Slowly(
            false, "evaluate", "--model", tiny.Model, "--source", source, "--target", target, "--json");
        Assert.StartsWith("{", Assert.Single(result.OutputLines));
        Shows(result, "translating", "computing BLEU", "computing chrF2", "reading the references");
        (source, target) = Lines("longer", 20_000);
        var score = Slowly(false, "score", "--hypothesis", source, "--reference", target);
        Shows(score, $"reading {Path.GetFileName(source)}");
    }

    [Fact]
    public void Training_shows_the_progress_of_preparation_validations_and_test()
    {
        foreach (var split in (string[])["train", "valid", "test"]) Lines(split, 200);
        var result = Slowly(
        [
            "train", "--source", folder["train.a"], "--target", folder["train.b"], "--tokenizer", "bpe",
            "--bpe-merges", "10", "--out", folder["model"], "--json", .. TinyRun.Small,
        ]);
        Assert.StartsWith("{", Assert.Single(result.OutputLines));
        Shows(
            result, "counting words", "learning merges", "encoding pairs", "validation: translating",
            "test: translating");
    }

    [Fact]
    public void A_resumed_run_shows_its_progress_to_the_saved_update()
    {
        string[] text = ["--source", tiny.Source, "--target", tiny.Target, "--out", folder["model"]];
        string[] small = [.. TinyRun.Small[..^1], "8", "--batch-tokens", "20"]; // 8 updates, in the midst of an epoch
        Assert.Equal(0, CommandLine.Run(["train", .. text, .. small]).Code);
        Shows(Slowly(["train", .. text, "--resume", "--updates", "9"]), "passing over earlier batches");
    }

    [Fact]
    public void Labelling_a_file_shows_its_progress()
    {
        string[] labels = ["up", "down"];
        var (source, _) = Lines("text", 200);
        File.WriteAllLines(folder["labels"], Enumerable.Range(0, 200).Select(i => labels[i % 2]));
        CommandLine.Run(
            "train", "--task", "classify", "--source", source, "--target", folder["labels"], "--out", folder["model"],
            "--d-model", "8", "--heads", "1", "--layers", "1", "--updates", "1");
        Shows(Slowly(false, "classify", "--model", folder["model"], "--input", source), "labelling");
    }

    [Fact]
    public void Checking_gradients_and_drawing_a_corpus_show_their_progress()
    {
        Shows(Slowly(false, "gradcheck", "--filter", "softmax"), "checking gradients");
        Shows(
            Slowly(false, "corpus", "--task", "sentiment", "--pairs", "200", "--out", folder["toy"]),
            "drawing pairs", "counting tokens", "splitting pairs");
    }

    /// <summary>Asserts that standard error has a line for each piece of work.</summary>
    private static void Shows(CommandResult result, params string[] steps)
    {
        Assert.Equal(0, result.Code);
        Assert.DoesNotMatch(" left$", result.Output);
        foreach (var step in steps)
            Assert.Matches(new Regex($@"^{step}  \d+%  \d+:\d\d left$", RegexOptions.Multiline), result.Error);
    }

    private static CommandResult Slowly(params string[] arguments) => Slowly(false, arguments);

    /// <summary>Runs the command; three seconds pass whenever work reports its progress.</summary>
    private static CommandResult Slowly(bool isTerminal, params string[] arguments)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = Program.Run(arguments, new CommandStreams(Stream.Null, output, error, ErrorIsTerminal: isTerminal)
        {
            Time = new SteppedTime(TimeSpan.FromSeconds(3)),
        });
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    private (string Source, string Target) Lines(string name, int count)
    {
        string[] words = ["red", "green", "blue", "grey", "pink"];
        string[] lines =
            [.. Enumerable.Range(0, count).Select(i => $"{words[i % 5]} {words[i / 5 % 5]} {words[i % 3]}")];
        File.WriteAllLines(folder[name + ".a"], lines);
        File.WriteAllLines(folder[name + ".b"], lines.Select(line => line.ToUpperInvariant()));
        return (folder[name + ".a"], folder[name + ".b"]);
    }
}
