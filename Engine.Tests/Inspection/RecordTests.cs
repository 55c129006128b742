using System.Text.Json;
using Engine.Inspection;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Inspection;

public class RecordTests
{
    public static TheoryData<string> Translators => ["transformer", "gru", "bpe"];

    [Theory]
    [MemberData(nameof(Translators))]
    public void A_pass_records_tokens_predictions_and_the_probability_of_the_target(string folder)
    {
        var model = Fixture(folder);
        var record = PassRecorder.Record(model, Lines[0].Source, Lines[0].Target);
        Assert.Equal(
            [.. model.Source.Encode(Lines[0].Source), Vocabulary.End], record.Source.Select(token => token.Id));
        Assert.Equal(
            [Vocabulary.Begin, .. model.Target.Encode(Lines[0].Target)], record.Target.Select(token => token.Id));
        var likelihood = model.LikelihoodOf(ParallelCorpus.Of([Lines[0]]));
        Assert.Equal(-record.LogProbability!.Value / record.Predictions.Count, likelihood.Loss, 1e-5);
        Assert.All(record.Predictions, prediction =>
        {
            Assert.Equal(PassRecorder.Likeliest, prediction.Likeliest.Count);
            Assert.Equal(
                prediction.Likeliest.OrderByDescending(token => token.Probability), prediction.Likeliest);
            Assert.All(prediction.Likeliest, token =>
                Assert.Equal(model.Target.Vocabulary.TokenOf(token.Id), token.Text));
        });
    }

    [Theory]
    [MemberData(nameof(Translators))]
    public void Without_a_target_the_record_has_the_models_own_translation(string folder)
    {
        var model = Fixture(folder);
        var record = PassRecorder.Record(model, Lines[1].Source);
        Assert.True(record.IsOwnTarget);
        Assert.Equal(model.Translate([Lines[1].Source])[0], record.TargetText);
        // The model's own translation takes the likeliest token of each position, but that it has a greatest length.
        Assert.All(record.Predictions.SkipLast(1), prediction =>
            Assert.Equal(prediction.Reference!.Value.Id, prediction.Likeliest[0].Id));
    }

    [Fact]
    public void A_part_can_be_left_out_for_size()
    {
        var model = Fixture("transformer");
        var weights = PassRecorder.Record(
            model, Lines[0].Source, parts: new HashSet<string> { "weights" });
        Assert.All(weights.Values, value => Assert.Equal("weights", value.Name));
        var all = PassRecorder.Record(model, Lines[0].Source);
        Assert.Equal(all.Attention.Count, weights.Attention.Count);
        Assert.Equal(all.Attention[^1].Values, weights.Attention[^1].Values);
        Assert.Superset(
            new HashSet<string>
            {
                "embedded", "positions", "queries", "keys", "values", "scores", "masked scores", "weights", "heads",
                "input", "sublayer", "output", "norm input", "norm output", "result", "logits",
            },
            all.Values.Select(value => value.Name).ToHashSet());
    }

    [Fact]
    public void A_classifiers_record_has_its_labels()
    {
        var model = ClassificationModel.Load(PathOf("classifier"));
        var line = File.ReadLines(PathOf("text.opinions")).First();
        var record = PassRecorder.Record(model, line);
        Assert.Equal(model.Classify([line])[0], record.Predictions.Single().Likeliest[0].Text);
        Assert.Equal(1, record.Predictions.Single().Likeliest.Sum(label => label.Probability), 1e-5);
        Assert.Null(record.LogProbability);
        var label = record.Predictions.Single().Likeliest[1];
        Assert.Equal(
            Math.Log(label.Probability), PassRecorder.Record(model, line, label.Text).LogProbability!.Value, 1e-4);
    }

    [Fact]
    public void A_classifiers_record_has_its_states_and_the_scores_that_pool_them()
    {
        var model = (ClassificationModel)SmallModels.Create("gru classify");
        var record = PassRecorder.Record(model, "我爱你");
        var (states, scores) = (Value("result"), Value("pooling scores"));
        Assert.Equal([4, 16], Value("embedded").Shape);
        Assert.Equal([4, 16], states.Shape);
        var powers = scores.Values.Select(score => Math.Exp(score)).ToArray();
        var pooled = Enumerable.Range(0, 16).Select(i =>
            Enumerable.Range(0, 4).Sum(row => powers[row] / powers.Sum() * states.Values[(row * 16) + i])).ToArray();
        var parameters = model.Network.NamedParameters.ToDictionary(named => named.Key, named => named.Value.Value);
        Assert.All(record.Predictions.Single().Likeliest, label => Assert.Equal(
            parameters["head.bias"].Data[label.Id]
                + pooled.Select((x, i) => x * parameters["head.weight"].Data[(label.Id * 16) + i]).Sum(),
            label.Logit, 1e-5));

        RecordedValue Value(string name) => record.Values.Single(value => value.Name == name);
    }

    [Fact]
    public void Blank_and_long_lines_are_refused()
    {
        var model = Fixture("transformer");
        Assert.Equal(
            "the sentence is empty; write at least one word.",
            Assert.Throws<InputException>(() => PassRecorder.Record(model, "  ")).Message);
        var line = string.Join(' ', Enumerable.Repeat("a", 5000));
        Assert.Contains("tokens; a line may have at most",
            Assert.Throws<InputException>(() => DecodingTracer.Trace(model, line)).Message, StringComparison.Ordinal);
        Assert.Contains("the target that begins",
            Assert.Throws<InputException>(() => PassRecorder.Record(model, "a", line)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_comparison_tells_what_a_part_does()
    {
        var model = Fixture("transformer");
        var (source, target) = Lines[0];
        var none = Comparison.Of(model, source, target, new Interventions());
        Assert.Equal(none.Translation, none.TranslationWithout);
        Assert.Equal(none.LogProbability, none.LogProbabilityWithout);
        Assert.Equal(PassRecorder.Record(model, source, target).LogProbability, none.LogProbability);
        var without = Comparison.Of(model, source, target, new Interventions { Residuals = ["encoder"] });
        Assert.Equal(none.LogProbability, without.LogProbability);
        Assert.NotEqual(without.LogProbability, without.LogProbabilityWithout);
        var own = Comparison.Of(model, source, null, new Interventions { Scaling = true });
        Assert.Equal(none.Translation, own.Reference);
    }

    [Fact]
    public void Records_are_json_without_infinities()
    {
        var json = JsonDocument.Parse(RecordJson.OneLine(PassRecorder.Record(Fixture("transformer"), Lines[0].Source)));
        var masked = json.RootElement.GetProperty("values").EnumerateArray().First(value =>
            value.GetProperty("name").GetString() == "masked scores"
            && value.GetProperty("path").GetString() == "decoder.layers.0.self_attn");
        Assert.Equal(JsonValueKind.Null, masked.GetProperty("values")[1].ValueKind);
        Assert.Equal(JsonValueKind.Number, masked.GetProperty("values")[0].ValueKind);
        var read = masked.Deserialize<RecordedValue>(RecordJson.Options)!.Values;
        Assert.Equal((masked.GetProperty("values")[0].GetSingle(), float.NaN), (read[0], read[1]));
        Assert.Equal("encoder", JsonSerializer.Deserialize<AttentionHead>(
            RecordJson.OneLine(new AttentionHead()), RecordJson.Options).Kind.ToString().ToLowerInvariant());
    }

    internal static (string Source, string Target)[] Lines { get; } =
        [.. File.ReadLines(PathOf("text.zh")).Zip(File.ReadLines(PathOf("text.en"))).Take(8)];

    internal static TranslationModel Fixture(string folder) => TranslationModel.Load(PathOf(folder));

    internal static string PathOf(string name) =>
        Path.Combine(Architecture.SourceFiles.Root, "Engine.Tests/Fixtures", name);
}
