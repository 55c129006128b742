using System.Net;
using System.Text.Json;
using Engine.Cli;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>A model folder that changes while it is served.</summary>
public sealed class ReloadTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SteppedTime time = new(TimeSpan.Zero);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_model_that_was_replaced_is_loaded_by_itself_at_most_a_second_later()
    {
        Copy();
        await using var server = await TestServer.Start(folder.Path, time: time);
        var before = await server.Translate("red green blue");
        var next = Replace(seed: 99);
        Assert.NotEqual(before, next);
        time.Pass(0.9);
        Assert.Equal(before, await server.Translate("red green blue"));
        time.Pass(0.2);
        Assert.Equal(next, await server.Translate("red green blue"));
        Assert.Equal([$"{folder.Path}: the model was replaced, and the new one is served"], server.Said);
    }

    [Fact]
    public async Task A_model_is_loaded_anew_when_somebody_asks()
    {
        Copy();
        await using var server = await TestServer.Start(folder.Path, time: time);
        await server.Translate("red");
        var next = Replace(seed: 99);
        Assert.True((await server.Ask("/reload", "{}")).GetProperty("reloaded").GetBoolean());
        Assert.Equal(next, await server.Translate("red green blue"));
    }

    [Fact]
    public async Task A_damaged_folder_leaves_the_earlier_model_at_work_until_it_is_whole_again()
    {
        Copy();
        await using var server = await TestServer.Start(folder.Path, time: time);
        var before = await server.Translate("red green blue");
        File.WriteAllBytes(folder["model.safetensors"], new byte[100]);
        var reason = await server.Refused(HttpStatusCode.Conflict, TestServer.Post("/reload", "{}"));
        Assert.StartsWith(folder["model.safetensors"] + ": ", reason);
        Assert.EndsWith("; the earlier model goes on serving.", reason);
        for (var i = 0; i < 3; i++)
        {
            time.Pass(2);
            Assert.Equal(before, await server.Translate("red green blue"));
        }
        Assert.Equal([reason.TrimEnd('.')], server.Said); // once
        File.Delete(folder["model.safetensors"]);
        time.Pass(2);
        Assert.Equal(before, await server.Translate("red green blue"));
        var next = Replace(seed: 99);
        time.Pass(2);
        Assert.Equal(next, await server.Translate("red green blue"));
    }

    [Fact]
    public void Requests_at_work_go_on_with_the_model_that_they_began_with()
    {
        Copy();
        var api = ModelApi.Load(folder.Path, time);
        var body = JsonElement.Parse("""{"text": "red green blue"}""");
        var expected = api.Answer("/trace", body);
        var steps = new List<string>();
        var done = api.Stream(body, step =>
        {
            if (steps.Count == 0)
            {
                Replace(seed: 99);
                api.Reload();
            }
            steps.Add(step);
        });
        var trace = JsonElement.Parse(expected);
        Assert.Equal(trace.GetProperty("steps").EnumerateArray().Select(step => step.GetRawText()), steps);
        Assert.Equal(
            trace.GetProperty("translations").GetRawText(),
            JsonElement.Parse(done).GetProperty("translations").GetRawText());
        Assert.NotEqual(expected, api.Answer("/trace", body));
    }

    private void Copy()
    {
        foreach (var path in Directory.GetFiles(tiny.Model))
            File.Copy(path, folder[Path.GetFileName(path)]);
    }

    /// <summary>Saves a model of other weights, and returns its translation of a line.</summary>
    private string Replace(long seed)
    {
        var old = TranslationModel.Load(tiny.Model);
        var model = new TranslationModel(old.Configuration with { Seed = seed }, old.Source, old.Target);
        model.Save(folder.Path);
        return model.Translate(["red green blue"])[0];
    }
}
