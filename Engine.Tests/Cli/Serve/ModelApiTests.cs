using System.Text.Json;
using Engine.Cli;
using Engine.Decoding;
using Engine.Inspection;
using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class ModelApiTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private readonly ModelApi api = ModelApi.Load(tiny.Model);

    [Fact]
    public void Translations_are_those_of_the_model_for_every_decoder()
    {
        var model = TranslationModel.Load(tiny.Model);
        string[] texts = ["red green blue", "", "pink"];
        (string Body, DecodingOptions Options)[] cases =
        [
            ("", new GreedyOptions()),
            (", \"decoder\": \"beam\", \"beam\": 3, \"n_best\": 2, \"length_penalty\": 1.5",
                new BeamOptions { Width = 3, NBest = 2, LengthPenalty = 1.5 }),
            (", \"decoder\": \"beam\", \"n_best\": 2, \"beam_stopping\": \"never\"",
                new BeamOptions { NBest = 2, EarlyStopping = EarlyStopping.Never }),
            (", \"decoder\": \"beam\", \"n_best\": 2, \"early_stopping\": \"never\"", // its former name
                new BeamOptions { NBest = 2, EarlyStopping = EarlyStopping.Never }),
            (
                ", \"decoder\": \"sample\", \"temperature\": 0.7, \"top_k\": 5, \"top_p\": 0.9, "
                + "\"seed\": 7, \"n_best\": 3",
                new SamplingOptions { Temperature = 0.7, TopK = 5, TopP = 0.9, Seed = 7, NBest = 3 }),
        ];
        foreach (var (body, options) in cases)
        {
            var answer = Ask("/translate", $"{{\"texts\": {JsonSerializer.Serialize(texts)}{body}}}");
            var found = answer.GetProperty("translations").EnumerateArray()
                .Select(line => line.EnumerateArray().Select(one => (
                    one.GetProperty("text").GetString()!,
                    one.GetProperty("score") is { ValueKind: JsonValueKind.Number } score
                        ? score.GetDouble() : double.NaN)).ToArray()).ToArray();
            Assert.Equal(
                model.Translate(texts, new TranslationOptions { Decoder = options })
                    .Select(line => line.Select(one => (one.Text, one.Score)).ToArray()),
                found);
        }
    }

    [Fact]
    public void The_model_is_described()
    {
        var model = Ask("/model", "{}");
        Assert.Equal("translate", model.GetProperty("task").GetString());
        Assert.Equal("transformer", model.GetProperty("architecture").GetString());
        Assert.Equal("model", model.GetProperty("name").GetString());
        Assert.Equal(16, model.GetProperty("configuration").GetProperty("dModel").GetInt32());
        Assert.Equal("sinusoidal", model.GetProperty("positions").GetString());
        Assert.Equal(2, model.GetProperty("heads").GetInt32());
        Assert.True(model.GetProperty("attention").GetBoolean());
        Assert.Equal(
            model.GetProperty("parameters").GetInt64(),
            model.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty("parameters").GetInt64()));
        Assert.Equal(
            ModelFolder.Checkpoints(tiny.Model),
            model.GetProperty("checkpoints").EnumerateArray().Select(update => update.GetInt32()));
    }

    [Fact]
    public void A_pass_a_comparison_and_a_step_are_those_of_the_library()
    {
        var model = TranslationModel.Load(tiny.Model);
        Assert.Equal(
            RecordJson.OneLine(PassRecorder.Record(
                model, "red green", "RED", parts: new HashSet<string> { "weights" })),
            Ask("/pass", """{"source": "red green", "target": "RED", "parts": ["weights"]}""").GetRawText());
        var off = new Interventions
        {
            Heads = [new AttentionHead(AttentionKind.Cross, 0, 1)], Residuals = ["decoder"], CausalMask = true,
            PaddingMask = true, Padding = 3, Scaling = true, Positions = true,
        };
        const string parts = """
            {"heads": [{"kind": "cross", "layer": 0, "head": 1}], "residuals": ["decoder"], "causal_mask": true,
             "padding_mask": true, "padding": 3, "scaling": true, "positions": true}
            """;
        Assert.Equal(
            RecordJson.OneLine(Comparison.Of(model, "red green", "RED GREEN", off)),
            Ask("/compare", $$"""{"source": "red green", "reference": "RED GREEN", "interventions": {{parts}}}""")
                .GetRawText());
        Assert.Equal(
            RecordJson.OneLine(StepRecorder.Record(model, "red green", "RED", new RandomStream(3))),
            Ask("/step", """{"source": "red green", "target": "RED", "seed": 3}""").GetRawText());
        Assert.Equal(
            RecordJson.OneLine(DecodingTracer.Trace(model, "red green", interventions: off)),
            Ask("/trace", $$"""{"text": "red green", "interventions": {{parts}}}""").GetRawText());
    }

    [Theory]
    [InlineData("{\"heads\": [{\"kind\": \"self\", \"layer\": 0, \"head\": 0}]}", "a head: 'kind' must be encoder,")]
    [InlineData(
        "{\"heads\": [{\"kind\": \"cross\", \"layer\": 1, \"head\": 0}]}", "a head: 'layer' must be 0 to 0, not 1")]
    [InlineData("{\"heads\": [{\"kind\": \"cross\", \"layer\": 0}]}", "a head: 'head' is missing")]
    [InlineData("{\"residuals\": [\"decoder.layers.7\"]}", "interventions: the model has no residual sum of the path")]
    [InlineData("{\"causal\": true}", "interventions: key 'causal' is not known")]
    [InlineData("{\"scaling\": 1}", "interventions: 'scaling' must be true or false, not 1.")]
    [InlineData("{\"padding\": 65}", "interventions: 'padding' must be 0 to 64, not 65.")]
    public void A_part_that_the_model_does_not_have_is_refused(string interventions, string reason) =>
        Assert.StartsWith(reason, Refused("/trace", $"{{\"text\": \"red\", \"interventions\": {interventions}}}"));

    [Theory]
    [InlineData("/classify", "{\"text\": \"red\"}", "this model translates and does not label; ask /translate.")]
    [InlineData("/trace", "{\"text\": \"red\", \"replace_unknown\": true}", "a trace shows the tokens that the model")]
    [InlineData("/pass", "{\"source\": \"\"}", "the sentence is empty; write at least one word.")]
    [InlineData("/pass", "{}", "/pass: 'source' is missing; add it to the JSON object.")]
    [InlineData("/step", "{\"source\": \"red\"}", "/step: 'target' is missing")]
    [InlineData("/tokenize", "{\"side\": \"left\", \"text\": \"red\"}", "/tokenize: 'side' must be source or target")]
    [InlineData(
        "/positions", "{\"side\": \"source\", \"count\": 513}", "/positions: 'count' must be 1 to 512, not 513.")]
    [InlineData("/model", "{\"text\": 1}", "/model: key 'text' is not known. It takes no keys.")]
    [InlineData("/nothing", "{}", "there is no request /nothing; the requests are /model, /translate,")]
    public void A_request_that_the_model_cannot_answer_is_refused(string path, string body, string reason) =>
        Assert.StartsWith(reason, Refused(path, body));

    [Fact]
    public void Positions_are_the_rows_that_the_model_adds()
    {
        var answer = Ask("/positions", """{"side": "target", "count": 3}""");
        Assert.Equal("sinusoidal", answer.GetProperty("kind").GetString());
        Assert.Equal(3, answer.GetProperty("rows").GetArrayLength());
        Assert.Equal(16, answer.GetProperty("rows")[2].GetArrayLength());
        Assert.Equal(0.9093, answer.GetProperty("rows")[2][0].GetDouble()); // sin 2
    }

    [Theory]
    [InlineData("learned", 2, 16)]
    [InlineData("rotary", 2, 4)] // the angles of a head of 8 features
    [InlineData("relative", 0, 0)]
    [InlineData("none", 0, 0)]
    public void Positions_of_every_kind_have_their_rows(string kind, int rows, int width)
    {
        using var folder = new TemporaryFolder();
        var old = TranslationModel.Load(tiny.Model);
        var model = new TranslationModel(
            old.Configuration with { Positions = Enum.Parse<PositionEncoding>(kind, ignoreCase: true) },
            old.Source, old.Target);
        model.Save(folder.Path);
        var answer = Ask(ModelApi.Load(folder.Path), "/positions", """{"side": "target", "count": 2}""");
        Assert.Equal(kind, answer.GetProperty("kind").GetString());
        Assert.Equal(rows, answer.GetProperty("rows").GetArrayLength());
        if (rows == 0) return;
        Assert.Equal(width, answer.GetProperty("rows")[1].GetArrayLength());
        if (kind == "learned")
        {
            var table = model.Network.NamedParameters.First(named => named.Key == "target_position_embedding.weight");
            Assert.Equal(table.Value.Value.Data[16], answer.GetProperty("rows")[1][0].GetDouble(), 1e-4);
        }
    }

    [Fact]
    public void Sentences_to_try_come_from_the_text_that_the_model_was_validated_with() =>
        Assert.Equal(
            File.ReadLines(tiny.Source).Distinct().Take(6),
            Ask("/model", "{}").GetProperty("samples").EnumerateArray().Select(sample => sample.GetString()));

    [Fact]
    public void Checkpoints_answer_with_their_own_weights()
    {
        using var folder = Copy(); // the files of the model, without the run's own checkpoints
        var old = TranslationModel.Load(tiny.Model);
        var models = ((int[])[10, 20, 30]).ToDictionary(update => update, update =>
        {
            var model = new TranslationModel(old.Configuration with { Seed = update }, old.Source, old.Target);
            SafeTensors.Save(folder[$"kept-checkpoint-{update}.safetensors"], model.Network);
            return model;
        });
        var copy = ModelApi.Load(folder.Path);
        Assert.Equal("[10,20,30]", Ask(copy, "/model", "{}").GetProperty("checkpoints").GetRawText());
        foreach (var update in (int[])[10, 20, 30, 10])
        {
            Assert.Equal(
                RecordJson.OneLine(DecodingTracer.Trace(models[update], "red")),
                Ask(copy, "/trace", $"{{\"text\": \"red\", \"checkpoint\": {update}}}").GetRawText());
            Assert.Equal(
                RecordJson.OneLine(PassRecorder.Record(models[update], "red")),
                Ask(copy, "/pass", $"{{\"source\": \"red\", \"checkpoint\": {update}}}").GetRawText());
        }
        File.WriteAllText(folder["kept-checkpoint-40.safetensors"], "damaged");
        Assert.StartsWith(
            folder["kept-checkpoint-40.safetensors"], Refused(copy, "/trace", """{"text": "red", "checkpoint": 40}"""));
    }

    [Fact]
    public void Work_that_nobody_waits_for_ends_between_two_steps()
    {
        var body = JsonElement.Parse("""{"text": "red", "min_length": 50, "max_length": 50}""");
        using var stop = new CancellationTokenSource();
        var steps = 0;
        Assert.Throws<OperationCanceledException>(() => api.Stream(
            body,
            _ =>
            {
                if (++steps == 3) stop.Cancel();
            },
            stop.Token));
        Assert.Equal(3, steps);
        foreach (var path in (string[])["/translate", "/trace"])
            Assert.Throws<OperationCanceledException>(() => api.Answer(path, body, stop.Token));
    }

    private TemporaryFolder Copy()
    {
        var folder = new TemporaryFolder();
        string[] files = [.. Directory.GetFiles(tiny.Model, "*.json"), Path.Combine(tiny.Model, ModelFolder.Weights)];
        foreach (var path in files) File.Copy(path, folder[Path.GetFileName(path)]);
        return folder;
    }

    private JsonElement Ask(string path, string body) => Ask(api, path, body);

    [Fact]
    public void A_long_trace_is_refused_where_each_step_would_be_computed_anew()
    {
        var text = string.Join(' ', Enumerable.Repeat("red", 300));
        WorkLimit.RequireTrace((TranslationModel)api.Current.Model, text, new TranslationOptions(), recomputes: false);
        const string Off = "\"interventions\": {\"causal_mask\": true}";
        foreach (var path in (string[])["/trace", "/compare", "/pass"])
        {
            var key = path == "/trace" ? "text" : "source";
            Assert.StartsWith(
                "with parts switched off each step is computed anew, and the attention could have ",
                Refused(path, $"{{\"{key}\": \"{text}\", {Off}}}"));
        }
    }

    private string Refused(string path, string body) => Refused(api, path, body);

    private static JsonElement Ask(ModelApi api, string path, string body) =>
        JsonElement.Parse(api.Answer(path, JsonElement.Parse(body)));

    private static string Refused(ModelApi api, string path, string body) =>
        Assert.Throws<InputException>(() => api.Answer(path, JsonElement.Parse(body))).Message;
}
