using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class ResumeTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private const string Note =
        "note  of this processor and that on which the run began, only one has fused multiply-add";

    private readonly TemporaryFolder folder = new();

    private string[] Options =>
    [
        "--source", tiny.Source, "--target", tiny.Target, "--preset", "tiny", "--d-model", "8", "--heads", "2",
        "--layers", "1", "--d-ff", "16", "--batch-tokens", "64", "--valid-every", "4", "--threads", "1",
        "--dropout", "0.1",
    ];

    [Theory]
    [InlineData(5, new[] { "--average", "2" })] // between two validations
    [InlineData(8, new[] { "--ema", "0.9", "--schedule", "plateau", "--patience", "0" })] // at one
    [InlineData(9, new[] { "--normalization", "batch", "--optimizer", "nadam", "--accumulate", "2" })]
    [InlineData(3, new[] { "--average", "3", "--checkpoint-every", "2", "--best", "bleu" })] // before the first
    public void A_resumed_run_ends_with_the_bits_of_an_uninterrupted_run(int first, string[] options)
    {
        Done("--out", folder["whole"], "--updates", "14", options);
        Done("--out", folder["parts"], "--updates", $"{first}", options);
        Done("--out", folder["parts"], "--updates", "14", [.. options, "--resume"]);
        foreach (var name in (string[])["model.safetensors", "config.json"])
            Assert.Equal(File.ReadAllBytes(folder["whole/" + name]), File.ReadAllBytes(folder["parts/" + name]));
    }

    [Fact]
    public void A_run_resumes_without_its_options_and_appends_to_its_log()
    {
        Done("--out", folder["m"], "--updates", "6", ["--log", folder["log"]]);
        var before = File.ReadAllLines(folder["log"]).Length;
        var result = CommandLine.Run(
            "train", "--resume", "--out", folder["m"], "--source", tiny.Source, "--target", tiny.Target, "--updates",
            "8", "--log", folder["log"]);
        Assert.Equal(0, result.Code);
        var lines = File.ReadAllLines(folder["log"]);
        Assert.True(lines.Length > before);
        Assert.Contains("\"update\":7,", lines[before + 1].Replace(" ", ""));
    }

    [Fact]
    public void Options_that_contradict_the_run_are_refused_by_name()
    {
        Done("--out", folder["m"], "--updates", "4", []);
        Assert.Contains("--d-ff is 32, but the run in", Mistake("--resume", "--out", folder["m"], "--d-ff", "32"));
        Assert.Contains(
            "--resume: no run in runs has saved its state; name its folder with --out", Mistake("--resume"));
        Assert.Contains("give one of them", Mistake("--resume", "--overwrite", "--out", folder["m"]));
        Assert.Contains(
            "there is no training_state.safetensors to resume from", Mistake("--resume", "--out", folder["none"]));
        var other = folder["other.x"];
        File.WriteAllLines(other, File.ReadAllLines(tiny.Source).Reverse());
        var changed = CommandLine.Run(
            ["train", "--resume", "--out", folder["m"], "--source", other, "--target", tiny.Target, "--updates", "8"]);
        Assert.Equal(2, changed.Code);
        Assert.Contains("the training or validation text is not that of the run", changed.Error);
        Assert.Contains("\"updates\": 4,", File.ReadAllText(folder["m/config.json"]));
        File.WriteAllText(folder["m/training_state.safetensors"], "damaged");
        Assert.Contains("training_state.safetensors", Mistake("--resume", "--out", folder["m"], "--updates", "9"));
    }

    [Fact]
    public void A_run_that_was_killed_before_it_saved_a_model_says_so_and_goes_on_from_its_state()
    {
        string[] options = [.. Options[..^6], "--valid-every", "50", "--threads", "1", "--updates", "4"];
        var whole = CommandLine.Run(["train", .. options, "--out", folder["whole"]]);
        Assert.True(whole.Code == 0, whole.Error);
        using (Disk.Observe((action, path) =>
        {
            // The state is saved, and the model is about to be.
            if (path.EndsWith("model.safetensors", StringComparison.Ordinal)) throw new KilledException();
        }))
        {
            Assert.Throws<KilledException>(() => CommandLine.Run(["train", .. options, "--out", folder["m"]]));
        }
        Assert.Equal(
            $"engine: {folder["m"]}: the run in this folder has not saved a model yet; continue the run with --resume.",
            CommandLine.RunOn("red\n", "translate", "--model", folder["m"]).Mistake());
        var resumed = CommandLine.Run(["train", .. options, "--out", folder["m"], "--resume"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.StartsWith("done; the best model, of update 4, is saved in", resumed.Output);
        Assert.Equal(
            File.ReadAllBytes(folder["whole/model.safetensors"]), File.ReadAllBytes(folder["m/model.safetensors"]));
    }

    [Fact]
    public void A_run_that_goes_on_where_it_began_says_nothing_of_its_last_bits()
    {
        Done("--out", folder["m"], "--updates", "4", []);
        Assert.DoesNotContain(
            Note, CommandLine.Run(["train", .. Options, "--out", folder["m"], "--updates", "4", "--resume"]).Error);
    }

    [FusedFact(takesItAway: true)]
    public void A_run_that_goes_on_without_fused_multiply_add_says_that_its_last_bits_will_differ()
    {
        Done("--out", folder["m"], "--updates", "4", []);
        string[] resume = ["train", .. Options, "--out", folder["m"], "--updates", "4", "--resume"];

        // .NET takes these instructions away from a process.
        using var process = CommandLine.Start(folder.Path, [("DOTNET_EnableAVX2", "0")], resume);
        Assert.Contains(Note, CommandLine.Finish(process).Error);
    }

    [Fact]
    public void A_run_that_diverges_ends_with_code_1_and_goes_on_from_its_last_state_with_a_lower_rate()
    {
        string[] options =
        [
            "train", .. Options[..^6], "--valid-every", "50", "--threads", "1", "--out", folder["m"], "--schedule",
            "constant", "--optimizer", "sgd", "--clip-norm", "0", "--warmup", "0", "--l2", "0.1",
        ];
        var first = CommandLine.Run([.. options, "--updates", "4", "--learning-rate", "0.01"]);
        Assert.True(first.Code == 0, first.Error);
        var best = File.ReadAllBytes(folder["m/model.safetensors"]);
        string[] resume = [.. options, "--resume", "--updates", "40"];
        var diverged = CommandLine.Run([.. resume, "--learning-rate", "999999"]);
        Assert.True(diverged is { Code: 1, Output: "" }, diverged.Error);
        var said = diverged.Error.TrimEnd().Split('\n')[^1];
        Assert.Matches(@"^engine: update \d+: .* NaN or infinite; lower --learning-rate", said);
        Assert.EndsWith("goes on from update 4.", said);
        Assert.Equal(best, File.ReadAllBytes(folder["m/model.safetensors"]));
        var report = JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!;
        Assert.Equal("diverged", (string)report["status"]!);
        Assert.Contains("NaN or infinite; lower --learning-rate", (string)report["reason"]!);
        Assert.Equal("finished", (string)report["earlier"]![0]!["status"]!);

        var resumed = CommandLine.Run([.. resume, "--learning-rate", "0.01"]);
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.StartsWith("done; the best model, of update ", resumed.Output);
    }

    public void Dispose() => folder.Dispose();

    private string Mistake(params string[] options)
    {
        var result = CommandLine.Run(["train", "--source", tiny.Source, "--target", tiny.Target, .. options]);
        Assert.Equal(2, result.Code);
        return result.Error;
    }

    private void Done(string name, string value, string limit, string updates, string[] options)
    {
        var result = CommandLine.Run(["train", .. Options, name, value, limit, updates, .. options]);
        Assert.True(result.Code == 0, result.Error);
    }
}
