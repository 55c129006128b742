using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Training on the user's own text, whose configuration follows by a rule.</summary>
public sealed class OwnTextTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    // Sizes with which training takes a second.
    private static readonly string[] Small = ["--d-model", "8", "--heads", "2", "--layers", "1"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private CommandResult Train(params string[] arguments) => CommandLine.Run(
        ["train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["m"], .. Small, .. arguments]);

    private TrainingConfiguration Saved() =>
        ConfigurationFile.Load(Path.Combine(folder["m"], "config.json"), new TrainingConfiguration());

    [Fact]
    public void The_header_names_what_the_rule_chose_and_the_folder_has_it()
    {
        var result = Train("--updates", "20");
        Assert.Equal(0, result.Code);
        Assert.Contains(
            "rule  preset toy: 48 pairs of 10 different words are little text; with --warmup 5\n", result.Error);
        Assert.DoesNotContain("takes the whole run", result.Error);
        Assert.Equal((20, 0, 5, "word"), (Saved().Updates, Saved().Epochs, Saved().Warmup, Saved().SourceTokenizer));
    }

    [Fact]
    public void A_preset_switches_the_rule_off_and_a_limit_within_its_warm_up_is_said_with_the_remedy()
    {
        var result = Train("--preset", "toy", "--updates", "20");
        Assert.DoesNotContain("rule  ", result.Error);
        Assert.Contains("note  --warmup 400 takes the whole run of 20 updates: ", result.Error);
        Assert.Contains("try --warmup 2.", result.Error);
        Assert.Equal(400, Saved().Warmup);
    }

    [Theory]
    [InlineData("--epochs", "3")]
    [InlineData("--minutes", "0.001")]
    public void Epochs_and_minutes_that_end_within_the_warm_up_are_said_too(string limit, string value) =>
        Assert.Matches(
            @"note  --warmup 400 takes the whole run of about \d+ updates?: ",
            Train("--preset", "toy", limit, value).Error);

    [Fact]
    public void A_model_that_is_trained_on_and_a_resumed_run_keep_their_values()
    {
        Assert.Equal(0, Train("--updates", "20").Code);
        var resumed = CommandLine.Run(
            "train", "--resume", "--out", folder["m"], "--source", tiny.Source, "--target", tiny.Target, "--updates",
            "25");
        Assert.Equal(0, resumed.Code);
        Assert.Equal((25, 5), (Saved().Updates, Saved().Warmup));
        var further = CommandLine.Run(
            "train", "--from", folder["m"], "--out", folder["n"], "--source", tiny.Source, "--target", tiny.Target);
        Assert.Equal(0, further.Code);
        Assert.DoesNotContain("rule  ", resumed.Error + further.Error);
        Assert.Equal(
            Saved(), ConfigurationFile.Load(Path.Combine(folder["n"], "config.json"), new TrainingConfiguration()));
    }

    [Fact]
    public void Options_that_one_preset_alone_reads_choose_that_preset()
    {
        var result = Train("--updates", "2", "--bpe-merges", "30");
        Assert.Equal(0, result.Code);
        Assert.Contains(
            "rule  preset tiny: the options given need it (48 pairs of 10 different words); with ", result.Error);
        Assert.Equal("bpe", Saved().TargetTokenizer);
    }
}
