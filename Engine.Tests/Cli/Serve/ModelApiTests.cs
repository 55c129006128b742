using System.Text.Json;
using Engine.Cli;
using Engine.Decoding;
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
            (
                ", \"decoder\": \"sample\", \"temperature\": 0.7, \"top_k\": 5, \"top_p\": 0.9, "
                + "\"seed\": 7, \"n_best\": 3",
                new SamplingOptions { Temperature = 0.7, TopK = 5, TopP = 0.9, Seed = 7, NBest = 3 }),
        ];
        foreach (var (body, options) in cases)
        {
            var answer = Ask("/translate", $"{{\"texts\": {JsonSerializer.Serialize(texts)}{body}}}");
            var found = answer.GetProperty("translations").EnumerateArray()
                .Select(line => line.EnumerateArray().Select(one => new Translation(
                    one.GetProperty("text").GetString()!,
                    one.GetProperty("score") is { ValueKind: JsonValueKind.Number } score
                        ? score.GetDouble() : double.NaN)).ToArray()).ToArray();
            Assert.Equal(model.Translate(texts, new TranslationOptions { Decoder = options }), found);
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

    private JsonElement Ask(string path, string body)
    {
        using var parsed = JsonDocument.Parse(body);
        return JsonDocument.Parse(api.Answer(path, parsed.RootElement)).RootElement;
    }
}
