using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class OptionTableTests : IDisposable
{
    private static readonly ParallelCorpus Pairs = ParallelCorpus.Of(
        [("甲 乙", "a b"), ("乙 丙", "b c"), ("丙 甲", "c a"), ("丙 乙", "c b"), ("甲 丙", "a c"), ("乙", "b")]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_configuration_file_has_its_keys_in_the_order_in_which_folders_have_them()
    {
        string[] keys =
        [
            "architecture", "task", "sourceTokenizer", "targetTokenizer", "vocabSize", "bpeMerges", "bpeDropout",
            "punctuation", "lowercase", "nfkc", "dModel", "dFf", "heads", "layers", "kernel", "pooling", "dropout",
            "attentionDropout", "embeddingDropout", "activationDropout", "normFirst", "normalization", "normGroups",
            "activation", "positions", "maxLength", "sharing", "optimizer", "learningRate", "schedule", "warmup",
            "decayEvery", "decayFactor", "patience", "momentum", "nesterov", "beta1", "beta2", "epsilon",
            "weightDecay", "l1", "l2", "clipNorm", "clipValue", "labelSmoothing", "rDrop", "batchTokens",
            "maxSourceLength", "maxTargetLength", "maxRatio", "window", "accumulate", "accumulators", "updates",
            "epochs", "minutes", "validEvery", "validSentences", "best", "earlyStopping", "average", "checkpointEvery",
            "keepCheckpoints", "ema", "seed",
        ];
        ConfigurationFile.Save(folder["c.json"], new TrainingConfiguration());
        var saved = JsonNode.Parse(File.ReadAllText(folder["c.json"]))!.AsObject();
        Assert.Equal(keys, saved.Select(pair => pair.Key));
        Assert.Equal(keys, ConfigurationFile.Keys);
        Assert.Equal(keys, OptionTable.All.Select(option => option.Key));
    }

    [Fact]
    public void A_text_has_choices_and_every_number_but_the_seed_has_a_range()
    {
        foreach (var option in OptionTable.All.Where(option => option.Key != "seed"))
        {
            var wrong = option.Type == typeof(string) ? "nothing of that name" : "-1";
            if (option.Type == typeof(bool) || option.Type.IsEnum) continue;
            var configuration = option.With(new TrainingConfiguration(), wrong);
            var message = Assert.Throws<InputException>(() => option.Check(configuration)).Message;
            Assert.StartsWith($"TrainingConfiguration.{option.Property} ", message);
        }
    }

    [Fact]
    public void What_is_said_to_read_an_option_is_a_choice_of_the_other_option()
    {
        foreach (var option in OptionTable.All)
        {
            foreach (var rule in option.Rules)
            {
                var chooser = OptionTable.Of(rule.Chooser == "Tokenizer" ? "SourceTokenizer" : rule.Chooser);
                Assert.Subset(chooser.Choices.ToHashSet(), rule.Readers.ToHashSet());
                if (rule.Instead is { } instead) Assert.Empty(
                    OptionTable.Of(instead).Rules.SelectMany(other => other.Readers).Intersect(rule.Readers));
            }
        }
    }

    [Theory]
    [InlineData("toy")]
    [InlineData("tiny")]
    [InlineData("base")]
    public void A_preset_is_one_that_training_can_work_with_and_sets_no_option_that_it_does_not_read(string name)
    {
        var preset = TrainingConfiguration.Preset(name);
        preset.Validate();
        foreach (var option in OptionTable.All.Where(option => !option.IsDefaultIn(preset))) option.CheckIsRead(preset);
    }

    [Fact]
    public void Options_of_the_model_are_those_that_another_run_cannot_change() => Assert.Equal(
        [
            "architecture", "task", "sourceTokenizer", "targetTokenizer", "vocabSize", "bpeMerges", "punctuation",
            "lowercase", "nfkc", "dModel", "dFf", "heads", "layers", "kernel", "pooling", "normFirst", "normalization",
            "normGroups", "activation", "positions", "maxLength", "sharing",
        ],
        OptionTable.All.Where(option => option.IsOfModel).Select(option => option.Key));

    [Fact]
    public void A_translators_fingerprint_covers_the_options_of_the_table()
    {
        var configuration = new TrainingConfiguration
        {
            DModel = 8, DFf = 8, Heads = 2, Layers = 1, Normalization = Normalization.Group, NormGroups = 2,
            Sharing = EmbeddingSharing.None,
        };
        var model = TranslationModel.Create(configuration, Pairs);
        model.Save(folder["m"]);
        var expected = FingerprintOptions.Of(model.Configuration);
        expected["Source"] = Tokens(model.Source.Vocabulary);
        expected["Target"] = Tokens(model.Target.Vocabulary);
        Assert.Equal(Hash(expected), SavedFingerprint());
    }

    [Fact]
    public void A_classifiers_fingerprint_covers_the_options_of_the_table()
    {
        var labels = ParallelCorpus.Of(Pairs.Source.Select((line, i) => (line, i % 2 == 0 ? "even" : "odd")).ToArray());
        var configuration = new TrainingConfiguration
        {
            Task = "classify", DModel = 8, DFf = 8, Heads = 2, Layers = 1, Pooling = Pooling.Max,
        };
        var model = ClassificationModel.Create(configuration, labels);
        model.Save(folder["m"]);
        var expected = FingerprintOptions.Of(model.Configuration);
        expected["Source"] = Tokens(model.Source.Vocabulary);
        expected["Labels"] = new JsonArray("even", "odd");
        Assert.Equal(Hash(expected), SavedFingerprint());
    }

    private string SavedFingerprint()
    {
        using var file = SafeTensorsFile.Open(Path.Combine(folder["m"], "model.safetensors"));
        return file.Metadata["fingerprint"];
    }

    private static JsonArray Tokens(Vocabulary vocabulary) =>
        [.. Enumerable.Range(0, vocabulary.Count).Select(id => JsonValue.Create(vocabulary.TokenOf(id)))];

    private static string Hash(JsonObject covered) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(covered)));
}
