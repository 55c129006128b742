using System.Text.Json.Nodes;
using Engine.Models;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Training with each kind of positions, and what is refused.</summary>
public sealed class TrainPositionTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("sinusoidal")]
    [InlineData("learned")]
    [InlineData("relative")]
    [InlineData("rotary")]
    [InlineData("none")]
    public void Each_kind_of_positions_trains_and_is_saved_and_loaded(string positions)
    {
        var log = folder["log.jsonl"];
        string[] length = positions == "learned" ? ["--max-length", "40"] : [];
        TrainText(["--out", folder["m"], "--positions", positions, "--log", log, .. length]);
        var losses = File.ReadLines(log)
            .Select(line => (double?)JsonNode.Parse(line)!["loss"]).OfType<double>().ToArray();
        Assert.True(losses[^1] < losses[0]);
        var model = TranslationModel.Load(folder["m"]);
        Assert.Equal(positions, model.Configuration.Positions.ToString().ToLowerInvariant());
        Assert.Equal(
            model.Configuration.Positions,
            Assert.IsType<TransformerConfiguration>(model.Network.Configuration).Positions);
        var text = CommandLine.RunOn("red green blue\n", "translate", "--model", folder["m"]);
        Assert.Equal(model.Translate(["red green blue"])[0] + "\n", text.Output);
    }

    [Fact]
    public void A_sentence_longer_than_the_learned_positions_is_refused_with_a_remedy()
    {
        string[] learned = ["--positions", "learned", "--max-length", "5"];
        File.WriteAllText(folder["x"], "a b c d\na b\na\n");
        File.WriteAllText(folder["y"], "a b\nb c d e f\na\n");
        const string refusal = "has 5 tokens; a line may have at most 4 with learned positions and --max-length 5; "
            + "split it, or train with a larger --max-length or other --positions.";
        var refused = CommandLine.Run(
            ["train", "--source", folder["x"], "--target", folder["y"], "--out", folder["m"], .. TinyRun.Small,
                .. learned]);
        Assert.Equal(2, refused.Code);
        Assert.EndsWith(
            $"{folder["y"]}:2: the line that begins 'b c d e f' {refusal} --max-target-length 4 drops such lines of "
                + "training text.\n",
            refused.Error);

        TrainText(["--out", folder["m"], .. learned]);
        Assert.Contains(
            refusal, CommandLine.RunOn("red red red red red\n", "translate", "--model", folder["m"]).Mistake());
        // The longest source; its translation ends where the table of positions ends.
        string[] translate = ["translate", "--model", folder["m"], "--max-length"];
        Assert.Equal(0, CommandLine.RunOn("red red red red\n", translate[..3]).Code);
        // A longer translation than the table allows is refused.
        Assert.Equal(0, CommandLine.RunOn("red\n", [.. translate, "5"]).Code);
        Assert.Equal(
            "engine: --max-length is 6, but this model has learned 5 positions; give 5 at most, or train with a longer "
            + "--max-length or other --positions.",
            CommandLine.RunOn("red\n", [.. translate, "6"]).Mistake());
    }

    [Fact]
    public void Positions_that_weights_were_not_trained_with_are_refused()
    {
        TrainText("--out", folder["m"], "--positions", "none");
        var path = Path.Combine(folder["m"], "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace(
            "\"positions\": \"none\"", "\"positions\": \"rotary\"", StringComparison.Ordinal));
        Assert.Contains(
            "was not saved with the config.json",
            CommandLine.RunOn("red\n", "translate", "--model", folder["m"]).Mistake());
    }

    private void TrainText(params string[] arguments) => Assert.Equal(0, CommandLine.Run(
        ["train", "--source", tiny.Source, "--target", tiny.Target, .. TinyRun.Small, .. arguments]).Code);
}
