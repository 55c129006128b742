using Engine.Cli;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The file that <c>train --config</c> reads.</summary>
public sealed class ConfigurationFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private TrainOptions Read(string json, params string[] arguments)
    {
        File.WriteAllText(folder["c.json"], json);
        return TrainOptions.Parse(["--config", folder["c.json"], .. arguments]);
    }

    [Fact]
    public void It_may_have_a_preset_comments_and_trailing_commas()
    {
        const string Json = """
            {
                // wide, as in the paper
                "preset": "tiny", /* not base */
                "dropout": 0.2,
            }
            """;
        Assert.Equal(
            TrainingConfiguration.Preset("tiny") with { Dropout = 0.2 }, Read(Json).Configuration());
        Assert.Equal(
            TrainingConfiguration.Preset("toy") with { Dropout = 0.2 }, Read(Json, "--preset", "toy").Configuration());
        Assert.False(Read(Json, "--source", "a", "--target", "b").IsRuled(null));
        Assert.True(Read("{}", "--source", "a", "--target", "b").IsRuled(null));
    }

    [Fact]
    public void Its_limit_replaces_the_limits_of_the_preset_and_an_option_replaces_its_limit()
    {
        var c = Read("""{ "updates": 7 }""").Configuration();
        Assert.Equal((7, 0), (c.Updates, c.Epochs));
        c = Read("""{ "updates": 7 }""", "--epochs", "2").Configuration();
        Assert.Equal((0, 2), (c.Updates, c.Epochs));
    }

    [Fact]
    public void Its_relative_paths_begin_at_its_folder_and_options_override_them()
    {
        var options = Read(
            """
            {
                "source": "text/train.a", "target": "../train.b", "validSource": "/v.a", "validTarget": "v.b",
                "embeddings": "a.vec", "targetEmbeddings": "b.vec",
            }
            """,
            "--valid-target", "mine.b");
        Assert.Equal(
            (Path.Combine(folder.Path, "text/train.a"), Path.Combine(folder.Path, "../train.b"), "/v.a", "mine.b"),
            (options.Source, options.Target, options.ValidSource, options.ValidTarget));
        Assert.Equal((folder["a.vec"], folder["b.vec"]), (options.Embeddings, options.TargetEmbeddings));
    }

    [Fact]
    public void A_run_reads_the_text_that_the_file_names_from_any_folder()
    {
        string[] lines = [.. Enumerable.Range(0, 30).Select(i => i % 2 == 0 ? "red green" : "blue")];
        File.WriteAllLines(folder["train.a"], lines);
        File.WriteAllLines(folder["train.b"], lines);
        File.WriteAllText(
            folder["c.json"],
            """{ "source": "train.a", "target": "train.b", "dModel": 8, "heads": 2, "layers": 1, "updates": 2 }""");
        var result = CommandLine.Run("train", "--config", folder["c.json"], "--out", folder["m"]);
        Assert.Equal(0, result.Code);
        Assert.Contains($"train 30 pairs: {folder["train.a"]}, {folder["train.b"]}\n", result.Error);
        Assert.True(File.Exists(Path.Combine(folder["m"], "model.safetensors")));
    }

    [Theory]
    [InlineData("d-model", "(did you mean dModel?); correct the file")]
    [InlineData("d_model", "(did you mean dModel?); correct the file")]
    [InlineData("valid-source", "(did you mean validSource?); correct the file")]
    [InlineData("presets", "(did you mean preset?); correct the file")]
    [InlineData("valid", "(did you mean validSource or validTarget or validEvery?); correct the file")]
    [InlineData("out", "; 'engine help train' lists the keys; correct the file")]
    public void An_unknown_key_gets_the_nearest_ones_or_the_place_of_the_list(string key, string remedy)
    {
        File.WriteAllText(folder["c.json"], $$"""{ "{{key}}": 8 }""");
        Assert.StartsWith(
            $"engine: {folder["c.json"]}:1: key '{key}' is not known{(remedy[0] == '(' ? " " : "")}{remedy}",
            CommandLine.Run("train", "--config", folder["c.json"]).Mistake());
    }

    [Theory]
    [InlineData(
        """{ "preset": "toy", "momentum": 0.9 }""",
        "'momentum' is not read by --optimizer adam; leave it out, or choose sgd, rmsprop.")]
    [InlineData(
        """{ "optimizer": "adam", "momentum": 0.9 }""",
        "'momentum' is not read by 'optimizer' adam; leave it out, or choose sgd, rmsprop.")]
    [InlineData("""{ "checkpointEvery": 7 }""", "'checkpointEvery' is read beside --average alone; leave it out,")]
    public void A_key_that_nothing_reads_is_refused(string json, string mistake) => AssertRefused(json, mistake);

    [Fact]
    public void A_key_is_read_where_the_options_or_the_file_read_it_and_a_default_does_not_matter()
    {
        const string Momentum = """{ "preset": "toy", "momentum": 0.9 }""";
        Assert.Equal(0.9, Read(Momentum, "--optimizer", "sgd").Configuration().Momentum);
        Read("""{ "preset": "toy", "optimizer": "sgd", "momentum": 0.9 }""", "--optimizer", "adam").Configuration();
        Read("""{ "preset": "toy", "momentum": 0 }""").Configuration();
    }

    [Fact]
    public void The_file_of_a_model_lists_all_keys_and_works()
    {
        // A preset, a rule or a changed option can leave a value that nothing reads.
        var saved = TrainingConfiguration.Preset("tiny") with { Schedule = "noam", LearningRate = 0.007 };
        Assert.Throws<Engine.Storage.InputException>(() =>
            OptionTable.Of(nameof(saved.LearningRate)).CheckIsRead(saved));
        AssertRefused("""{ "schedule": "noam", "learningRate": 0.007 }""", "'learningRate' is not read by 'schedule' ");
        ConfigurationFile.Save(folder["c.json"], saved);
        Assert.Equal(saved, TrainOptions.Parse(["--config", folder["c.json"]]).Configuration());
    }

    [Theory]
    [InlineData("""{ "preset": "tinny" }""", "'preset' 'tinny' is not known; the presets are toy, tiny, base.")]
    [InlineData("""{ "source": "s.zh" }""", "'source' is given without --target; name the files of both languages")]
    [InlineData("""{ "heads": 3 }""", "'heads' is 3; it must be a divisor of --d-model, 64.")]
    [InlineData("""{ "dModel": 16 }""", "--heads is 3; it must be a divisor of 'dModel' of {0}, 16.", "--heads", "3")]
    [InlineData(
        """{ "heads": 5 }""", "--heads is 3; it must be a divisor of --d-model, 64.", "--heads", "3")]
    [InlineData(
        """{ "preset": "tiny" }""", "--preset 'tinny' is not known; the presets are toy, tiny, base.",
        "--preset", "tinny")]
    public void A_message_names_the_file_only_where_the_value_is_of_the_file(
        string json, string mistake, params string[] options) => AssertRefused(json, mistake, options);

    private void AssertRefused(string json, string mistake, params string[] options)
    {
        File.WriteAllText(folder["c.json"], json);
        var file = mistake.StartsWith('\'') ? $"{folder["c.json"]}: " : "";
        Assert.StartsWith(
            $"engine: {file}{mistake.Replace("{0}", folder["c.json"], StringComparison.Ordinal)}",
            CommandLine.Run(["train", "--config", folder["c.json"], .. options]).Mistake());
    }

    [Fact]
    public void A_path_must_be_a_text_and_a_models_own_file_stays_plain_JSON()
    {
        File.WriteAllText(folder["c.json"], """{ "source": 8 }""");
        Assert.StartsWith(
            $"engine: {folder["c.json"]}:1: the value of 'source' must be a text in quotes, not '8'; correct the file",
            CommandLine.Run("train", "--config", folder["c.json"]).Mistake());
        File.WriteAllText(folder["c.json"], """{ "dModel": 8, }""");
        Assert.Throws<Engine.Storage.InputException>(() =>
            ConfigurationFile.Load(folder["c.json"], new TrainingConfiguration()));
    }
}
