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
    [InlineData("colour", "; the keys are preset, source, target, ")]
    public void An_unknown_key_gets_the_nearest_one(string key, string remedy)
    {
        File.WriteAllText(folder["c.json"], $$"""{ "{{key}}": 8 }""");
        Assert.StartsWith(
            $"engine: {folder["c.json"]}:1: key '{key}' is not known{(remedy[0] == '(' ? " " : "")}{remedy}",
            CommandLine.Run("train", "--config", folder["c.json"]).Mistake());
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
