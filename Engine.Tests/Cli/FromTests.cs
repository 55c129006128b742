using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Training that begins with a model's weights.</summary>
public sealed class FromTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_with_a_tiny_learning_rate_ends_with_the_weights_of_the_other_model()
    {
        // The step is smaller than half the last bit of a weight.
        Done("--from", tiny.Model, "--out", folder["m"], "--learning-rate", "1e-30", "--updates", "3");
        Assert.Equal(Weights(tiny.Model), Weights(folder["m"]));
        Done("--from", tiny.Model, "--out", folder["n"], "--learning-rate", "0.001", "--updates", "3");
        Assert.NotEqual(Weights(tiny.Model), Weights(folder["n"]));
    }

    [Fact]
    public void Another_loss_and_dropout_train_the_same_model_and_the_report_names_its_weights()
    {
        Done("--from", tiny.Model, "--out", folder["m"], "--r-drop", "2", "--dropout", "0.3", "--updates", "3");
        var c = TranslationModel.Load(folder["m"]).Configuration;
        Assert.Equal((16, 32, 2.0, 0.3, 3), (c.DModel, c.DFf, c.RDrop, c.Dropout, c.Updates));
        var run = JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!;
        var files = run["data"]!.AsArray().Select(file => (string)file!["path"]!);
        Assert.Contains(Path.Combine(tiny.Model, "model.safetensors"), files);
        // The new run has a state of its own, from which it resumes.
        Done("--resume", "--out", folder["m"], "--updates", "5");
    }

    [Fact]
    public void A_classifier_begins_with_a_classifier()
    {
        File.WriteAllLines(folder["labels"], File.ReadLines(tiny.Target).Select(line => line.Split(' ')[2]));
        string[] classify = ["train", "--source", tiny.Source, "--target", folder["labels"]];
        Assert.Equal(0, CommandLine.Run(
            [.. classify, "--task", "classify", "--out", folder["c"], .. TinyRun.Small]).Code);
        Assert.Equal(0, CommandLine.Run(
            [.. classify, "--from", folder["c"], "--out", folder["d"], "--learning-rate", "1e-30"]).Code);
        Assert.Equal(Weights(folder["c"]), Weights(folder["d"]));
        Assert.Equal(
            $"engine: --task is translate, but the model in {folder["c"]} was made with classify; leave it out, or "
            + "begin without --from",
            Train("--from", folder["c"], "--out", folder["e"], "--task", "translate").Mistake());
    }

    [Fact]
    public void Options_that_contradict_the_model_are_refused_before_anything_is_written()
    {
        string[] beginning = ["--from", tiny.Model, "--out", folder["m"]];
        foreach (var (option, value, own) in ((string, string, string)[])
            [("--d-model", "32", "16"), ("--heads", "4", "2"), ("--positions", "rotary", "sinusoidal"),
                ("--tokenizer", "char", "word")])
        {
            var named = option == "--tokenizer" ? "--source-tokenizer" : option;
            Assert.Equal(
                $"engine: {named} is {value}, but the model in {tiny.Model} was made with {own}; leave it out, or "
                + "begin without --from",
                Train([.. beginning, option, value]).Mistake());
        }
        Assert.Equal(
            "engine: --resume continues a run and --from begins one; give one of them",
            Train("--from", tiny.Model, "--resume", "--out", tiny.Model).Mistake());
        var weights = Weights(tiny.Model);
        Assert.Equal(
            $"engine: --from {tiny.Model}: the new run would replace this model; name another folder "
            + "with --out",
            Train("--from", tiny.Model, "--overwrite", "--out", tiny.Model + "/").Mistake());
        Assert.Equal(weights, Weights(tiny.Model));
        Assert.Contains("none/config.json", Train("--from", folder["none"], "--out", folder["m"]).Mistake());
        Assert.False(Directory.Exists(folder["m"]));
    }

    private static byte[] Weights(string model) => File.ReadAllBytes(Path.Combine(model, "model.safetensors"));

    private CommandResult Train(params string[] options) => CommandLine.Run(
        ["train", "--source", tiny.Source, "--target", tiny.Target, .. options]);

    private void Done(params string[] options) => Assert.Equal("", Train(options) is { Code: not 0 } r ? r.Error : "");
}
