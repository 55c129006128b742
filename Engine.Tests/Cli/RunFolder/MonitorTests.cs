using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary><c>train --monitor gradients</c> and <c>--keep-checkpoints</c> on the command line.</summary>
public sealed class MonitorTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_folder_has_the_norms_of_every_update_of_the_whole_run_and_the_log_the_same()
    {
        Train(0, "--updates", "4", "--monitor", "gradients", "--log", folder["log"]);
        Train(0, "--updates", "6", "--monitor", "gradients", "--log", folder["log"], "--resume");
        var read = GradientLogFile.Read(folder["m"]);
        Assert.Equal([1, 2, 3, 4, 5, 6], read.Updates);
        Assert.Contains("encoder.layers.0", read.Layers.Select(layer => layer.Layer));
        var logged = File.ReadAllLines(folder["log"]).Select(line => JsonNode.Parse(line)!)
            .Where(line => (string)line["event"]! == "gradients").ToArray();
        Assert.Equal(6, logged.Length);
        foreach (var (layer, norms) in read.Layers)
        {
            for (var i = 0; i < 6; i++)
                Assert.Equal(1, (double)logged[i]["layers"]![layer]! / norms[i], 1e-4);
        }
        // A run that replaces this one and monitors nothing has no norms.
        Train(0, "--updates", "2", "--overwrite");
        Assert.Empty(GradientLogFile.Read(folder["m"]).Updates);
    }

    [Fact]
    public void A_log_may_not_have_the_name_of_a_file_of_the_run()
    {
        var log = Path.Combine(folder["m"], "gradients.jsonl");
        var result = Train(2, "--log", log);
        Assert.Equal($"engine: {log}: is the name of a file of the run itself; choose another --log\n", result.Error);
    }

    [Fact]
    public void The_toy_keeps_five_checkpoints_and_a_resumed_run_may_keep_another_number()
    {
        Train(0, "--updates", "8");
        Assert.Equal([0, 2, 4, 6, 8], ModelFolder.Checkpoints(folder["m"]));
        Train(0, "--updates", "16", "--keep-checkpoints", "3", "--resume");
        Assert.Equal([0, 8, 16], ModelFolder.Checkpoints(folder["m"]));
        Train(0, "--updates", "4", "--preset", "tiny", "--overwrite");
        Assert.Empty(ModelFolder.Checkpoints(folder["m"]));
    }

    private CommandResult Train(int code, params string[] options)
    {
        string[] standard =
        [
            "--preset", "toy", "--d-model", "8", "--heads", "2", "--layers", "1", "--d-ff", "8", "--batch-tokens",
            "64", "--threads", "1", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["m"],
        ];
        var preset = Array.IndexOf(options, "--preset");
        var result = CommandLine.Run(["train", .. preset < 0 ? standard : standard[2..], .. options]);
        Assert.True(result.Code == code, result.Error);
        return result;
    }
}
