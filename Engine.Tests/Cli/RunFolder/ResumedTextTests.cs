using System.Text.Json.Nodes;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary><c>--resume</c> without the text's names: <c>run.json</c> has them.</summary>
public sealed class ResumedTextTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private static readonly string[] Small =
    [
        "--preset", "toy", "--d-model", "8", "--heads", "2", "--layers", "1", "--d-ff", "16", "--batch-tokens", "64",
        "--threads", "1",
    ];

    private readonly TemporaryFolder folder = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_resumed_run_finds_its_text_itself_and_ends_with_the_same_bits(bool namesValidation)
    {
        var text = Text(namesValidation);
        Done([.. text, .. Small, "--out", folder["whole"], "--updates", "8"]);
        Done([.. text, .. Small, "--out", folder["parts"], "--updates", "3"]);
        var resumed = CommandLine.Run(
            "train", "--resume", "--out", folder["parts"], "--updates", "8", "--threads", "1");
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Contains($"note  the run in {folder["parts"]} had finished at update 3, and goes on", resumed.Error);
        Assert.Equal(
            File.ReadAllBytes(folder["whole/model.safetensors"]), File.ReadAllBytes(folder["parts/model.safetensors"]));
        // A run that was resumed once is resumed again.
        var again = CommandLine.Run("train", "--resume", "--out", folder["parts"], "--threads", "1");
        Assert.True(again.Code == 0, again.Error);
        var configuration = File.ReadAllText(folder["parts/config.json"]);
        Assert.Equal(
            $"engine: --updates 5: the run in {folder["parts"]} has made 8 updates; give a higher limit",
            CommandLine.Run("train", "--resume", "--out", folder["parts"], "--updates", "5").Error.TrimEnd()
                .Split('\n')[^1]);
        Assert.Equal(configuration, File.ReadAllText(folder["parts/config.json"]));
        Assert.Contains("had finished at update 8: only its end is repeated. A higher --updates", again.Error);
    }

    [Fact]
    public void A_text_that_has_changed_or_gone_is_refused_by_name_and_options_name_its_new_place()
    {
        var text = Text(namesValidation: false);
        Done([.. text, .. Small, "--out", folder["m"], "--updates", "3"]);
        var state = File.ReadAllBytes(folder["m/training_state.safetensors"]);
        var source = folder["text.a"];
        File.AppendAllText(source, "red\n");
        Assert.Equal(
            $"engine: {source}: has changed since the run in {folder["m"]} read it (its SHA-256 is not that in "
            + "run.json); bring the old text back, or begin anew with --overwrite",
            CommandLine.Run("train", "--resume", "--out", folder["m"]).Mistake());
        File.Delete(source);
        Assert.Equal(
            $"engine: {source}: the run in {folder["m"]} has read this file, and it is not there; go to the "
            + "folder where "
            + "the run began, or name the file's place now with --source and --target",
            CommandLine.Run("train", "--resume", "--out", folder["m"]).Mistake());
        Assert.Equal(state, File.ReadAllBytes(folder["m/training_state.safetensors"]));
        Done(
            [
                "--resume", "--out", folder["m"], "--updates", "4", "--source", tiny.Source, "--target", tiny.Target,
                "--threads", "1",
            ]);
    }

    [Fact]
    public void A_report_from_before_the_names_or_a_damaged_report_asks_for_the_text()
    {
        Done([.. Text(namesValidation: false), .. Small, "--out", folder["m"], "--updates", "3"]);
        var report = JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!;
        foreach (var file in report["data"]!.AsArray()) file!.AsObject().Remove("use");
        foreach (var content in (string[])[report.ToJsonString(), "{\"data\":[3,{\"use\":3}]}", "damaged"])
        {
            File.WriteAllText(folder["m/run.json"], content);
            Assert.Contains(
                "the training or validation text is not that of the run",
                CommandLine.Run("train", "--resume", "--out", folder["m"], "--updates", "5").Error);
        }
    }

    [LinuxFact]
    public void The_command_that_a_stopped_run_prints_goes_on_with_it()
    {
        using (var process = CommandLine.Start(
            folder.Path, ["train", .. Text(namesValidation: false), .. Small, "--minutes", "5", "--log", "log.jsonl"]))
        {
            while (
                process.StandardError.ReadLine() is { } line && !line.StartsWith("update ", StringComparison.Ordinal))
            {
                // Training has begun once it reports an update.
            }
            CommandLine.Signal(process, "TERM");
            var stopped = CommandLine.Finish(process);
            Assert.Equal(143, stopped.Code);
            var command = Assert.Single(
                stopped.OutputLines, line => line.StartsWith("go on with it: ", StringComparison.Ordinal));
            var words = command.Split(' ');
            using var second = CommandLine.Start(
                folder.Path, [.. words[Array.IndexOf(words, "train")..], "--minutes", "0.001"]);
            var resumed = CommandLine.Finish(second);
            Assert.True(resumed.Code == 0, resumed.Error);
            Assert.Contains("was stopped at update ", resumed.Error);
            Assert.DoesNotContain("go on with it", resumed.Output);
        }
        Assert.Equal("finished", (string)JsonNode.Parse(File.ReadAllText(folder["runs/a-b-1/run.json"]))!["status"]!);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Copies of the fixture's text, which a test may change.</summary>
    private string[] Text(bool namesValidation)
    {
        var (source, target) = (folder["text.a"], folder["text.b"]);
        File.Copy(tiny.Source, source);
        File.Copy(tiny.Target, target);
        string[] text = ["--source", source, "--target", target];
        return namesValidation ? [.. text, "--valid-source", tiny.Source, "--valid-target", tiny.Target] : text;
    }

    private static void Done(string[] options)
    {
        var result = CommandLine.Run(["train", .. options]);
        Assert.True(result.Code == 0, result.Error);
    }
}
