using System.Net;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>No verb waits for the other end of a pipe that stands among the files of a model or of a run.</summary>
public sealed class PipeInFolderTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder folder = new();

    private string Run => folder["run"];

    public void Dispose() => folder.Dispose();

    [LinuxTheory]
    [InlineData("bpe", "config.json")]
    [InlineData("bpe", "model.safetensors")]
    [InlineData("bpe", "vocab.json")]
    [InlineData("bpe", "merges.txt")]
    [InlineData("transformer", "source_vocab.json")]
    [InlineData("transformer", "target_vocab.json")]
    [InlineData("classifier", "config.json")]
    [InlineData("classifier", "model.safetensors")]
    [InlineData("classifier", "source_vocab.json")]
    [InlineData("classifier", "labels.json")]
    public void A_pipe_among_the_files_of_a_model_is_refused_at_once_by_every_verb(string model, string name)
    {
        CopyWithPipe(Fixture(model), name);
        var isClassifier = model == "classifier";
        var (source, target) = isClassifier ? ("opinions", "labels") : ("zh", "en");
        string[] text = ["--source", Fixture("text." + source), "--target", Fixture("text." + target)];
        string[][] commands =
        [
            [isClassifier ? "classify" : "translate", "--model", Run],
            ["evaluate", "--model", Run, .. text],
            ["export", "--model", Run, "--onnx", folder["onnx"]],
            ["inspect", "--model", Run],
            ["inspect", "--model", Run, "--attention", "a"],
            ["inspect", "--model", Run, "--attention", "a", "--html", folder["page.html"]],
            ["explain", "--model", Run, "--source", "a", "--target", "b"],
            ["explain", "--model", Run, "--source", "a", "--target", "b", "--html", folder["page.html"]],
            ["serve", "--model", Run, "--port", "0"],
            ["train", .. text, "--from", Run, "--out", folder["new"]],
        ];
        Assert.All(commands, arguments => IsRefused(name, arguments));
    }

    [LinuxTheory]
    [InlineData("model.safetensors")]
    [InlineData("config.json")]
    [InlineData("source_vocab.json")]
    [InlineData("training_state.safetensors")]
    [InlineData("run.json")]
    [InlineData("gradients.jsonl")]
    [InlineData("samples.jsonl")]
    [InlineData("report.html")]
    public void A_run_that_would_replace_a_pipe_is_refused_at_once(string name)
    {
        CopyWithPipe(tiny.Model, name);
        string[] options = ["train", "--source", tiny.Source, "--target", tiny.Target, .. TinyRun.OfModel];
        IsRefused(name, [.. options, "--out", Run, "--resume"]);
        IsRefused(name, [.. options, "--out", Run, "--overwrite"]);
    }

    [LinuxTheory]
    [InlineData("run.json")]
    [InlineData("gradients.jsonl")]
    [InlineData("samples.jsonl")]
    public async Task A_pipe_in_place_of_what_a_run_tells_of_itself_is_waited_for_by_no_verb(string name)
    {
        CopyWithPipe(tiny.Model, name);
        string[] text = ["--source", tiny.Source, "--target", tiny.Target];
        string[] step = ["explain", "--model", Run, "--source", "red", "--target", "RED"];
        string[][] commands =
        [
            ["translate", "--model", Run],
            ["evaluate", "--model", Run, .. text],
            ["export", "--model", Run, "--onnx", folder["onnx"]],
            ["inspect", "--model", Run],
            ["inspect", "--model", Run, "--attention", "red"],
            step,
            ["train", .. text, .. TinyRun.OfModel[..^3], "2", "--d-ff", "32", "--from", Run, "--out", folder["new"]],
        ];
        Assert.All(commands, command =>
        {
            var result = Answer(command);
            Assert.True(result.Code == 0, $"{command[0]}: {result.Error}");
        });
        // A page that works without a server holds the norms of gradients, if they can be read.
        string[][] pages =
        [
            ["inspect", "--model", Run, "--attention", "red", "--html", folder["page.html"]],
            [.. step, "--html", folder["step.html"]],
        ];
        foreach (var page in pages)
        {
            var result = Answer(page);
            Assert.Equal(0, result.Code);
            Assert.Equal(name == "gradients.jsonl", result.Error.Contains("is a pipe or a device"));
        }

        await using var server = await Task.Run(() => TestServer.Start(Run)).WaitAsync(Patience);
        Assert.NotEmpty(await server.Translate("red").WaitAsync(Patience));
        using var response = await server.Client.GetAsync("/gradients").WaitAsync(Patience);
        if (name != "gradients.jsonl") Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        else Assert.Contains("is a pipe", await TestServer.Reason(HttpStatusCode.BadRequest, response));
    }

    private void IsRefused(string name, string[] arguments)
    {
        var mistake = Answer(arguments).Mistake();
        Assert.StartsWith($"engine: {Path.Combine(Run, name)}: is ", mistake);
        Assert.Contains("a pipe or a device", mistake);
    }

    /// <summary>Runs the command, which must not wait for ever.</summary>
    private static CommandResult Answer(string[] arguments)
    {
        var run = Task.Run(() => CommandLine.RunOn("red", arguments));
        Assert.True(run.Wait(Patience), $"{arguments[0]} waits for the other end of the pipe");
        return run.Result;
    }

    private void CopyWithPipe(string model, string name)
    {
        Directory.CreateDirectory(Run);
        foreach (var path in Directory.GetFiles(model)) File.Copy(path, Path.Combine(Run, Path.GetFileName(path)));
        File.Delete(Path.Combine(Run, name));
        FileKindTests.MakePipe(Path.Combine(Run, name));
    }

    private static string Fixture(string name) => Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures", name);
}
