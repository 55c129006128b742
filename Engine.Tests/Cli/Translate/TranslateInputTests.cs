using System.Text;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>Where <c>translate</c> takes its model and its lines from, and what it says of unknown words.</summary>
public sealed class TranslateInputTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void The_model_is_that_of_the_latest_run_unless_another_is_named()
    {
        using var folder = new TemporaryFolder();
        CommandResult Run(params string[] arguments)
        {
            var process = CommandLine.Start(folder.Path, arguments);
            process.StandardInput.Write("red blue\n");
            process.StandardInput.Close();
            return CommandLine.Finish(process);
        }
        Assert.Equal(
            "engine: --model is left out, and no run in runs has saved a model that can translate; name a model's "
            + "folder with --model, or train one: engine train", Run("translate").Mistake());
        Copy(tiny.Model, folder["runs/older"], DateTime.UtcNow.AddDays(-1));
        Copy(tiny.Model, folder["runs/newer"], DateTime.UtcNow);
        Directory.CreateDirectory(folder["runs/without-a-model"]);
        Copy(tiny.Model, folder["runs/damaged"], DateTime.UtcNow.AddDays(1));
        File.WriteAllText(folder["runs/damaged/config.json"], "{");
        var latest = Run("translate", "--input", "-");
        var said = $"model: {Path.Combine("runs", "newer")}, the latest run; --model names another\n";
        Assert.Equal((0, said), (latest.Code, latest.Error.Replace("\r", "")));
        Assert.Equal(CommandLine.RunOn("red blue\n", "translate", "--model", tiny.Model).Output, latest.Output);
        Assert.Equal((0, ""), (Run("translate", "--model", tiny.Model) is var named ? named.Code : 1, named.Error));
        var summary = Run("inspect");
        Assert.Equal((0, said), (summary.Code, summary.Error.Replace("\r", "")));
        var other = Run("classify");
        Assert.Equal(2, other.Code);
        Assert.Equal(
            "engine: --model is left out, and no run in runs has saved a model that can classify; name a model's "
            + "folder with --model, or train one: engine train --task classify\n",
            other.Error.Replace("\r", ""));
    }

    [Fact]
    public void Unknown_words_are_counted_at_the_end_if_that_is_asked_for()
    {
        var result = CommandLine.RunOn(
            "red bl\u202Eue\nhuge blue huge\n", "translate", "--model", tiny.Model, "--report-unknown");
        Assert.Equal(
            (0, "words of the input: 3 of 5 tokens (60.0%) are unknown to the model, most often 'huge' 2, "
                + "'bl\\u202Eue' 1\n"),
            (result.Code, result.Error));
        Assert.Equal(
            "words of the input: the model knows all 2 tokens\n",
            CommandLine.RunOn("red blue\n", "translate", "--model", tiny.Model, "--report-unknown").Error);
    }

    [Fact]
    public void A_person_is_told_once_that_a_word_is_unknown()
    {
        string Error(string input, bool watched, params string[] options)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
            var error = new StringWriter { NewLine = "\n" };
            Assert.Equal(0, Program.Run(
                ["translate", "--model", tiny.Model, .. options],
                new CommandStreams(stream, new StringWriter(), error, ErrorIsTerminal: watched)));
            return error.ToString();
        }
        const string note = "note  the model does not know 'huge', and reads an unknown word in its place; "
            + "--report-unknown counts such words (said once)\n";
        Assert.EndsWith(note, Error("red\nhuge red\nhuge\nvast\n", watched: true));
        var many = string.Concat(Enumerable.Repeat("huge\n", 1100)); // more than are answered together
        Assert.Single(Error(many, watched: true).Split("note")[1..]);
        Assert.Equal("", Error("red blue\n", watched: true));
        Assert.Equal("", Error("huge\n", watched: false));
        Assert.DoesNotContain("note", Error("huge\n", watched: true, "--report-unknown"));
    }

    [Fact]
    public void The_former_name_of_beam_stopping_works_and_help_does_not_list_it()
    {
        string[] beam = ["translate", "--model", tiny.Model, "--decoder", "beam", "--n-best", "2"];
        Assert.Equal(
            CommandLine.RunOn("red blue\n", [.. beam, "--beam-stopping", "never"]).Output,
            CommandLine.RunOn("red blue\n", [.. beam, "--early-stopping", "never"]).Output);
        string Mistake(params string[] options) => CommandLine.Run(["translate", .. options]).Mistake();
        const string twice =
            "engine: option --early-stopping (now --beam-stopping) is given twice; give it once";
        Assert.Equal(twice, Mistake("--early-stopping", "never", "--beam-stopping", "width"));
        Assert.Equal(twice, Mistake("--beam-stopping=never", "--early-stopping=width"));
        const string unread = "is not read by --decoder greedy; leave it out, or choose beam.";
        Assert.Equal(
            $"engine: --early-stopping (now --beam-stopping) {unread}", Mistake("--early-stopping", "never"));
        Assert.Equal($"engine: --beam-stopping {unread}", Mistake("--beam-stopping", "never"));
        Assert.StartsWith(
            "engine: --early-stopping (now --beam-stopping) 'x' is not known;",
            Mistake("--decoder", "beam", "--early-stopping", "x"));
        Assert.DoesNotContain("early-stopping", CommandLine.Run("translate", "--help").Output);
        Assert.Contains("beam-stopping", CommandLine.Run("completion", "bash").Output);
    }

    private static void Copy(string from, string to, DateTime saved)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        File.SetLastWriteTimeUtc(Path.Combine(to, "model.safetensors"), saved);
    }
}
