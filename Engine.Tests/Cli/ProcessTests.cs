using System.Diagnostics;
using Engine.Cli;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class ProcessTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void A_pipe_is_answered_line_by_line()
    {
        using var process = CommandLine.Start(Environment.CurrentDirectory, "translate", "--model", tiny.Model);
        for (var i = 0; i < 3; i++)
        {
            process.StandardInput.WriteLine("red green blue");
            process.StandardInput.Flush();
            Assert.NotEqual("", process.StandardOutput.ReadLine());
        }
        process.StandardInput.Close();
        Assert.Equal((0, ""), (CommandLine.Finish(process).Code, ""));
    }

    [Fact]
    public void A_mistake_is_one_line_of_standard_error_and_exit_code_2()
    {
        using var process = CommandLine.Start(Environment.CurrentDirectory, "translate", "--model", "nowhere");
        var mistake = CommandLine.Finish(process).Mistake();
        Assert.Equal(
            "engine: nowhere: there is no such folder; a model is a folder that training wrote.", mistake);
    }

    [LinuxTheory]
    [InlineData("<&-", "engine: standard input is closed; pipe text in, or name a file with --input")]
    [InlineData("0>\"$0\"", "engine: standard input:1: cannot be read (")]
    public void An_unreadable_standard_input_is_reported_at_once(string redirection, string expected)
    {
        using var folder = new TemporaryFolder();
        using var process = Process.Start(new ProcessStartInfo(
            "sh",
            [
                "-c", $"exec timeout 60 dotnet \"$1\" translate --model \"$2\" {redirection}", folder["written"],
                typeof(CommandStreams).Assembly.Location, tiny.Model,
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Assert.StartsWith(expected, CommandLine.Finish(process).Mistake());
    }

    [LinuxTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_saves_the_model_and_ends_the_run(string signal, int code)
    {
        using var folder = new TemporaryFolder();
        using var process = CommandLine.Start(
            folder.Path,
            ["train", "--source", tiny.Source, "--target", tiny.Target, .. TinyRun.Small[..^2], "--minutes", "5"]);
        while (process.StandardError.ReadLine() is { } line && !line.StartsWith("update ", StringComparison.Ordinal))
        {
            // Training has begun once it reports an update.
        }
        CommandLine.Signal(process, signal);
        var result = CommandLine.Finish(process);
        Assert.Equal(code, result.Code);
        Assert.Contains(
            "stopping after this update; the model will be saved. A second "
            + (signal == "INT" ? "Ctrl+C" : "signal") + " ends the run at once, and what is not saved by then is lost",
            result.Error);
        var saved = Path.Combine("runs", "a-b-1");
        Assert.Matches(
            @"^stopped after update [\d,]+ \(\d+% of the run\); the best model, of update [\d,]+, " +
                $@"is saved in {saved}\n",
            result.Output);
        Assert.Equal(0, CommandLine.RunOn("red", "translate", "--model", folder[saved]).Code);
        Assert.Contains("<dd>stopped</dd>", File.ReadAllText(folder[Path.Combine(saved, "report.html")]));
    }
}
