using System.Text.Json;
using Engine.Cli;
using Engine.Inspection;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The interface with models of other kinds: the fixtures of earlier versions.</summary>
public sealed class OtherModelTests
{
    [Fact]
    public void A_classifier_gives_labels_with_probabilities_that_sum_to_1()
    {
        var api = Load("classifier");
        string[] texts = ["the film was not very good", "", "the critics enjoyed the book"];
        var answer = Ask(api, "/classify", JsonSerializer.Serialize(new { texts }));
        Assert.Equal(
            ClassificationModel.Load(In("classifier")).Classify(texts),
            answer.GetProperty("labels").EnumerateArray().Select(label => label.GetString()!));
        var probabilities = answer.GetProperty("probabilities").EnumerateArray()
            .Select(line => line.EnumerateObject().Select(label => label.Value.GetDouble()).ToArray()).ToArray();
        Assert.Equal([2, 0, 2], probabilities.Select(line => line.Length));
        Assert.Equal(1, probabilities[0].Sum(), 1e-6);
        Assert.True(probabilities[0][0] >= probabilities[0][1]);
        var pass = PassRecorder.Record(ClassificationModel.Load(In("classifier")), texts[0]);
        Assert.Equal(pass.Predictions[0].Likeliest[0].Probability, probabilities[0][0], 1e-6);
    }

    [Fact]
    public void A_classifier_is_described_passes_and_learns_but_does_not_translate()
    {
        var api = Load("classifier");
        var model = Ask(api, "/model", "{}");
        Assert.Equal("classify", model.GetProperty("task").GetString());
        Assert.Equal(2, model.GetProperty("labels").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, model.GetProperty("target_tokenizer").ValueKind);
        var label = model.GetProperty("labels")[0].GetString()!;
        var loaded = ClassificationModel.Load(In("classifier"));
        Assert.Equal(
            RecordJson.OneLine(PassRecorder.Record(loaded, "the book was good", label)),
            Ask(api, "/pass", $"{{\"source\": \"the book was good\", \"target\": \"{label}\"}}").GetRawText());
        Assert.Equal(
            RecordJson.OneLine(StepRecorder.Record(loaded, "the book was good", label)),
            Ask(api, "/step", $"{{\"source\": \"the book was good\", \"target\": \"{label}\"}}").GetRawText());
        foreach (var (path, body) in ((string, string)[])[
            ("/translate", """{"text": "a"}"""), ("/trace", """{"text": "a"}"""),
            ("/compare", """{"source": "a", "interventions": {}}"""),
        ])
        {
            Assert.StartsWith("this model labels and does not translate", Assert.Throws<InputException>(
                () => api.Answer(path, JsonElement.Parse(body))).Message);
        }
        Assert.StartsWith("the label 'bad' does not occur", Assert.Throws<InputException>(
            () => api.Answer("/pass", JsonElement.Parse("""{"source": "a", "target": "bad"}"""))).Message);
    }

    [Fact]
    public void Merges_lead_step_by_step_from_characters_to_the_tokens()
    {
        var api = Load("bpe");
        var model = TranslationModel.Load(In("bpe"));
        foreach (var side in (string[])["source", "target"])
        {
            var encoder = side == "source" ? model.Source : model.Target;
            foreach (var text in (string[])["她有四本书", "we love the books ▁x", "é☃ books books"])
            {
                var answer = Ask(api, "/tokenize", JsonSerializer.Serialize(new { side, text }));
                var tokens = answer.GetProperty("tokens").EnumerateArray().ToArray();
                Assert.Equal(encoder.Encode(text), tokens.Select(token => token.GetProperty("id").GetInt32()));
                var merges = answer.GetProperty("merges").EnumerateArray()
                    .Select(step => step.EnumerateArray().Select(token => token.GetString()!).ToArray()).ToArray();
                Assert.Equal(encoder.Tokenizer.Tokenize(encoder.Normalizer.Normalize(text)), merges[^1]);
                var known = ((BpeTokenizer)encoder.Tokenizer).Merges;
                for (var i = 1; i < merges.Length; i++)
                {
                    Assert.Equal(merges[i - 1].Length - 1, merges[i].Length);
                    Assert.Equal(string.Concat(merges[i - 1]), string.Concat(merges[i]));
                    var at = merges[i].Zip(merges[i - 1]).TakeWhile(pair => pair.First == pair.Second).Count();
                    Assert.Contains((merges[i - 1][at], merges[i - 1][at + 1]), known);
                }
            }
        }
    }

    [Fact]
    public void A_recurrent_model_has_attention_and_no_positions()
    {
        var api = Load("gru");
        var model = Ask(api, "/model", "{}");
        Assert.Equal("gru", model.GetProperty("architecture").GetString());
        Assert.Equal("none", model.GetProperty("positions").GetString());
        Assert.True(model.GetProperty("attention").GetBoolean());
        Assert.Equal(
            """{"kind":"none","rows":[]}""",
            Ask(api, "/positions", """{"side": "source", "count": 4}""").GetRawText());
        Assert.NotEqual(0, Ask(api, "/trace", """{"text": "她有四本书"}""").GetProperty("steps").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"positions": true}""", "interventions: this model (gru) does not have positions to switch off")]
    [InlineData("""{"causal_mask": true}""", "interventions: this model (gru) does not have a causal mask")]
    [InlineData("""{"residuals": ["encoder"]}""", "interventions: the model has no residual sum of the path 'encoder'")]
    [InlineData(
        """{"heads": [{"kind": "decoder", "layer": 0, "head": 0}]}""",
        "a head: this model (gru, translate) has no decoder attention")]
    public void A_part_that_a_recurrent_model_does_not_have_is_refused_and_not_ignored(string off, string reason) =>
        Assert.StartsWith(reason, Assert.Throws<InputException>(() => Load("gru").Answer(
            "/compare", JsonElement.Parse($$"""{"source": "她有四本书", "interventions": {{off}}}"""))).Message);

    [Fact]
    public void A_recurrent_model_does_without_its_heads_and_without_scaling()
    {
        var api = Load("gru");
        var whole = Ask(api, "/compare", """{"source": "她有四本书", "interventions": {}}""");
        foreach (var off in (string[])
            ["""{"scaling": true}""", """{"heads": [{"kind": "cross", "layer": 0, "head": 0}]}"""])
        {
            var answer = Ask(api, "/compare", $$"""{"source": "她有四本书", "interventions": {{off}}}""");
            Assert.Equal(whole.GetProperty("loss").GetDouble(), answer.GetProperty("loss").GetDouble());
            Assert.NotEqual(whole.GetProperty("loss").GetDouble(), answer.GetProperty("loss_without").GetDouble());
        }
    }

    private static ModelApi Load(string name) => ModelApi.Load(In(name));

    private static string In(string name) => Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures", name);

    private static JsonElement Ask(ModelApi api, string path, string body) =>
        JsonElement.Parse(api.Answer(path, JsonElement.Parse(body)));
}
