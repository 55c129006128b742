using System.Text.Json;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What the interface tells of the run that made a model: its checkpoints and gradient norms.</summary>
public sealed class RunAnswersTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_pass_can_be_asked_of_each_checkpoint_that_the_run_kept()
    {
        var api = Trained("--keep-checkpoints", "3");
        Assert.Equal([0, 4, 8], Ask(api, "/model", "{}").GetProperty("checkpoints").EnumerateArray()
            .Select(update => update.GetInt32()));
        var source = JsonSerializer.Serialize(File.ReadLines(tiny.Source).First());
        double LossAt(string checkpoint) => Ask(api, "/pass", $$"""
            {"source": {{source}}, "target": "a", "parts": ["weights"]{{checkpoint}}}
            """).GetProperty("loss").GetDouble();
        Assert.NotEqual(LossAt(""), LossAt(", \"checkpoint\": 0"));
        Assert.NotEqual(LossAt(", \"checkpoint\": 4"), LossAt(", \"checkpoint\": 0"));
        Assert.Throws<InputException>(() => LossAt(", \"checkpoint\": -4294967292")); // 4 in its lower 32 bits
        Assert.Equal(
            $"{folder["m"]}: has no checkpoint of update 5; it has 0, 4, 8.",
            Assert.Throws<InputException>(() => LossAt(", \"checkpoint\": 5")).Message);
    }

    [Fact]
    public void The_gradient_norms_of_each_update_are_there_where_the_run_logged_them()
    {
        var api = Trained("--monitor", "gradients");
        Assert.True(Ask(api, "/model", "{}").GetProperty("has_gradients").GetBoolean());
        var answer = Ask(api, "/gradients", "{}");
        Assert.Equal(Enumerable.Range(1, 8), answer.GetProperty("updates").EnumerateArray()
            .Select(update => update.GetInt32()));
        Assert.All(answer.GetProperty("layers").EnumerateArray(), layer =>
        {
            Assert.NotEqual("", layer.GetProperty("layer").GetString());
            Assert.Equal(8, layer.GetProperty("norms").EnumerateArray().Count(norm => norm.GetDouble() > 0));
        });
        api = ModelApi.Load(tiny.Model);
        Assert.False(Ask(api, "/model", "{}").GetProperty("has_gradients").GetBoolean());
        Assert.Empty(Ask(api, "/gradients", "{}").GetProperty("updates").EnumerateArray());
    }

    private ModelApi Trained(params string[] options)
    {
        var result = CommandLine.Run(
        [
            "train", "--preset", "toy", "--d-model", "8", "--heads", "2", "--layers", "1", "--d-ff", "8",
            "--batch-tokens", "64", "--threads", "1", "--source", tiny.Source, "--target", tiny.Target, "--out",
            folder["m"], "--updates", "8", .. options,
        ]);
        Assert.True(result.Code == 0, result.Error);
        return ModelApi.Load(folder["m"]);
    }

    private static JsonElement Ask(ModelApi api, string path, string body) =>
        JsonDocument.Parse(api.Answer(path, JsonDocument.Parse(body).RootElement)).RootElement;
}
