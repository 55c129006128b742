using System.Text.Json.Nodes;
using Engine.Cli;
using Engine.Layers;
using Engine.Models;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class TrainTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Training_reports_its_data_saves_a_folder_and_ends_with_the_perplexity()
    {
        Assert.Equal(0, tiny.Trained.Code);
        Assert.Contains("valid 2 of these, drawn by the seed and held out of training\n", tiny.Trained.Error);
        Assert.Matches(@"update 20: validation loss \d+\.\d{4} \(smoothed \d+\.\d{4}\), perp", tiny.Trained.Error);
        Assert.Equal($"done; the best model, of update 20, is saved in {tiny.Model}", tiny.Trained.OutputLines[0]);
        Assert.Matches(
            @"^validation BLEU \d+\.\d\d, perplexity \d+\.\d\d \(loss \d\.\d{4}\); trained in 0:\d\d$",
            tiny.Trained.OutputLines[^2]);
        Assert.Equal(20, TranslationModel.Load(tiny.Model).Configuration.Updates);
    }

    [Fact]
    public void A_test_split_beside_the_training_files_is_counted_exactly()
    {
        foreach (var split in (string[])["train", "valid", "test"])
        {
            File.Copy(tiny.Source, folder[split + ".a"]);
            File.Copy(tiny.Target, folder[split + ".b"]);
        }
        var result = TrainSplits("--json", "--out", folder["model"]);
        var json = JsonNode.Parse(Assert.Single(result.OutputLines))!;
        Assert.Equal(50, (int)json["tested"]!);
        Assert.Equal((int)json["matched"]! * 2.0, (double)json["exact_match"]!);
        Assert.Equal(10, json["samples"]!.AsArray().Count);
        Assert.Contains("valid 50 pairs: ", result.Error);

        var text = TrainSplits("--out", folder["model2"]).OutputLines;
        Assert.Matches(@"^exact match \d+\.\d% of the test set \(\d+ of 50 sentences\); trained in 0:\d\d$", text[^2]);
    }

    [Fact]
    public void One_seed_gives_one_run_of_losses_on_any_number_of_threads()
    {
        string[] Losses(string threads, string seed)
        {
            var log = folder[$"{threads}-{seed}.jsonl"];
            var result = CommandLine.Run(
            [
                "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder[threads + seed],
                "--log", log, "--threads", threads, "--seed", seed, .. TinyRun.Small,
            ]);
            Assert.Equal(0, result.Code);
            return [.. File.ReadLines(log).Select(line => JsonNode.Parse(line)!["loss"]?.ToJsonString() ?? "")];
        }
        var one = Losses("1", "7");
        Assert.Equal(22, one.Length);
        Assert.Equal(one, Losses("2", "7"));
        Assert.NotEqual(one, Losses("1", "8"));
    }

    [Fact]
    public void Options_override_the_file_and_the_file_overrides_the_preset()
    {
        File.WriteAllText(
            folder["c.json"], """{ "dModel": 32, "heads": 2, "dropout": 0.25, "epochs": 7, "normFirst": true }""");
        TrainingConfiguration Of(params string[] arguments) =>
            TrainOptions.Parse(["--config", folder["c.json"], .. arguments]).Configuration();

        var c = Of("--d-model", "48", "--seed", "-5");
        Assert.Equal((48, 2, 0.25, 7, true), (c.DModel, c.Heads, c.Dropout, c.Epochs, c.NormFirst));
        Assert.Equal((256, -5), (c.DFf, c.Seed));
        Assert.Equal(
            (2, 128), (Of("--preset", "toy").Layers, Of("--source", "a", "--preset", "tiny", "--d-ff=128").DFf));
        Assert.False(Of("--norm-first", "false").NormFirst);
        Assert.Equal(
            (0, 9, 0.0), (Of("--updates", "9").Epochs, Of("--updates", "9").Updates, Of("--updates", "9").Minutes));
    }

    [Fact]
    public void Each_value_of_the_configuration_has_an_option_that_is_read()
    {
        var values = new Dictionary<string, string>
        {
            ["task"] = "classify", ["pooling"] = "max", ["architecture"] = "gru",
            ["source-tokenizer"] = "char", ["target-tokenizer"] = "word",
            ["optimizer"] = "adamw", ["norm-first"] = "true", ["activation"] = "leaky-relu", ["sharing"] = "all",
            ["d-model"] = "12", ["heads"] = "3", ["schedule"] = "cosine", ["nesterov"] = "true",
            ["normalization"] = "rms", ["positions"] = "rotary",
            ["max-ratio"] = "1.5", ["best"] = "bleu",
            ["punctuation"] = "keep", ["lowercase"] = "true", ["nfkc"] = "true",
        };
        // Some options are read only beside another option.
        var beside = new Dictionary<string, string[]>
        {
            ["heads"] = ["--d-model", "12"], ["d-model"] = ["--heads", "3"],
            ["momentum"] = ["--optimizer", "sgd"], ["nesterov"] = ["--optimizer", "sgd", "--momentum", "0.5"],
            ["decay-every"] = ["--schedule", "step"], ["decay-factor"] = ["--schedule", "step"],
            ["patience"] = ["--schedule", "plateau"], ["punctuation"] = ["--tokenizer", "bpe"],
            ["bpe-merges"] = ["--tokenizer", "bpe"], ["bpe-dropout"] = ["--tokenizer", "bpe"],
            ["checkpoint-every"] = ["--average", "2"], ["pooling"] = ["--task", "classify"],
            ["kernel"] = ["--architecture", "conv"], ["max-length"] = ["--positions", "learned"],
            ["norm-groups"] = ["--normalization", "group", "--d-model", "44"],
        };
        foreach (var option in OptionTable.All)
        {
            var value = values.GetValueOrDefault(option.Name) ?? (option.ValueName == "X" ? "0.375" : "11");
            var with = beside.GetValueOrDefault(option.Name) ?? [];
            var c = TrainOptions.Parse(["--" + option.Name, value, .. with]).Configuration();
            ConfigurationFile.Save(folder["c.json"], c);
            Assert.Equal(value, JsonNode.Parse(File.ReadAllText(folder["c.json"]))![option.Key]!.ToString());
        }
    }

    [Theory]
    [InlineData("rnn", "encoder.weight_ih_l0_reverse")]
    [InlineData("gru", "decoder.bias_hh_l0")]
    [InlineData("lstm", "combine.weight")]
    [InlineData("conv", "decoder.0.conv.weight")]
    public void Each_architecture_is_trained_saved_loaded_and_translates(string architecture, string parameter)
    {
        string[] kernel = architecture == "conv" ? ["--kernel", "5"] : [];
        TrainText(["--out", folder["m"], "--architecture", architecture, .. kernel]);
        var model = TranslationModel.Load(folder["m"]);
        Assert.Contains(parameter, model.Network.NamedParameters.Select(named => named.Key));
        var lines = File.ReadAllLines(tiny.Source);
        var translated = CommandLine.Run(
            "translate", "--model", folder["m"], "--input", tiny.Source, "--decoder", "beam");
        Assert.Equal(0, translated.Code);
        Assert.Equal(lines.Length, translated.Output.Count(letter => letter == '\n'));
    }

    public static TheoryData<Activation> Activations => [.. Enum.GetValues<Activation>()];

    [Theory]
    [MemberData(nameof(Activations))]
    public void A_model_with_any_activation_is_trained_saved_and_loaded(Activation activation)
    {
        var name = ConfigurationFile.NameOf(activation);
        TrainText("--out", folder["m"], "--activation", name);
        var saved = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["m"], "config.json")))!;
        Assert.Equal(name, saved["activation"]!.ToString());
        var network = TranslationModel.Load(folder["m"]).Network;
        Assert.Equal(activation, Assert.IsType<TransformerConfiguration>(network.Configuration).Activation);
        var names = network.NamedParameters.Select(named => named.Key).ToArray();
        var isGated = activation is Activation.Glu or Activation.Geglu or Activation.Swiglu;
        foreach (var side in (string[])["encoder", "decoder"])
            Assert.Contains($"{side}.layers.0.{(isGated ? "w3" : "linear2")}.weight", names);
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("rms")]
    [InlineData("batch")]
    [InlineData("instance")]
    [InlineData("group")]
    public void A_model_with_any_normalization_trains_and_translates_as_it_was_saved(string normalization)
    {
        string[] groups = normalization == "group" ? ["--norm-groups", "4"] : [];
        void Train(string name, string threads) => Assert.Equal(0, CommandLine.Run([
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder[name], "--normalization",
            normalization, "--threads", threads, .. groups, .. TinyRun.Small]).Code);
        Train("a", "1");
        Train("b", "2");
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder["a"], "model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder["b"], "model.safetensors")));
        Assert.Equal(0, CommandLine.RunOn("red green blue\n", "translate", "--model", folder["a"]).Code);
        Assert.Equal(
            normalization,
            JsonNode.Parse(File.ReadAllText(Path.Combine(folder["a"], "config.json")))!["normalization"]!.ToString());
    }

    [Fact]
    public void The_tokenizer_of_one_side_overrides_the_tokenizer_of_both_sides()
    {
        var c = TrainOptions.Parse(["--tokenizer", "char", "--target-tokenizer=word"]).Configuration();
        Assert.Equal(("char", "word"), (c.SourceTokenizer, c.TargetTokenizer));
    }

    [Fact]
    public void Overwriting_replaces_the_model_and_the_log()
    {
        TrainText("--out", folder["m"], "--log", folder["l.jsonl"]);
        var before = File.ReadAllBytes(Path.Combine(folder["m"], "model.safetensors"));
        TrainText("--out", folder["m"], "--log", folder["l.jsonl"], "--overwrite", "--seed", "2");
        Assert.NotEqual(before, File.ReadAllBytes(Path.Combine(folder["m"], "model.safetensors")));
        Assert.Equal(22, File.ReadAllLines(folder["l.jsonl"]).Length);
    }

    [Fact]
    public void Monitoring_gradients_and_anomalies_does_not_change_the_run()
    {
        var result = CommandLine.Run(
        [
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["m"], .. TinyRun.OfModel,
            "--log", folder["l.jsonl"], "--monitor", "gradients", "--anomaly",
        ]);
        Assert.Equal(0, result.Code);
        Assert.Matches(
            @"\n  gradient norms: source_embedding \d[\d.e-]*, .*, decoder.norm \d[\d.e-]*\n",
            result.Error);
        var layers = JsonNode.Parse(File.ReadLines(folder["l.jsonl"]).First(line => line.Contains("gradients")))!;
        Assert.True((double)layers["layers"]!["encoder.layers.0"]! > 0);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(tiny.Model, "model.safetensors")).Length,
            File.ReadAllBytes(Path.Combine(folder["m"], "model.safetensors")).Length);
        Assert.Equal(tiny.Trained.OutputLines[^2].Split(';')[0], result.OutputLines[^2].Split(';')[0]);
        Assert.DoesNotContain("gradient norms", tiny.Trained.Error);
    }

    [Theory]
    [InlineData("我", "I")]
    [InlineData(
        "a b c d e f g h i j k l m n o p q r s t u v w x y z\na\n\n\tb",
        "x\ny\nz\nlong long long long long long long long")]
    [InlineData("\u200b\n\u200b\n", "\u200b\n\u200b\n")]
    public void Tiny_and_odd_corpora_train(string source, string target)
    {
        File.WriteAllText(folder["x"], source);
        File.WriteAllText(folder["y"], target);
        var result = CommandLine.Run(["train", "--source", folder["x"], "--target", folder["y"], "--out", folder["m"],
            .. TinyRun.Small, "--batch-tokens", "4"]);
        Assert.True(result.Code == 0, result.Error);
        Assert.Equal(0, CommandLine.RunOn("anything\n", "translate", "--model", folder["m"]).Code);
    }

    private CommandResult TrainSplits(params string[] arguments) => CommandLine.Run(
        ["train", "--source", folder["train.a"], "--target", folder["train.b"], .. TinyRun.Small, .. arguments]);

    private void TrainText(params string[] arguments) => Assert.Equal(0, CommandLine.Run(
        ["train", "--source", tiny.Source, "--target", tiny.Target, .. TinyRun.Small, .. arguments]).Code);
}
