using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>
/// A training run whose disk fails, or that is killed, at its n-th change of the disk. Afterwards the folder has the
/// whole earlier run or the whole new run; a new folder may have no model yet.
/// </summary>
public sealed class RunFaultTests : IDisposable
{
    private const int Updates = 4;
    private const string EveryFault = "ENGINE_EVERY_FAULT"; // tries every action of the disk, which takes minutes

    private readonly TemporaryFolder folder = new();
    private readonly byte[] firstModel, secondModel;
    private readonly int firstTokens;

    public RunFaultTests()
    {
        Write("first", ["red", "green", "blue"]);
        Write("second", ["one", "two", "three", "four"]);
        Assert.Equal(0, Train("first", folder["first"], Updates / 2).Code);
        Directory.CreateDirectory(folder["half"]);
        Copy("first", "half");
        Assert.Equal(0, Train("first", folder["first"], Updates, "--resume").Code);
        Assert.Equal(0, Train("second", folder["second"], Updates).Code);
        firstModel = File.ReadAllBytes(folder["first/model.safetensors"]);
        secondModel = File.ReadAllBytes(folder["second/model.safetensors"]);
        firstTokens = TranslationModel.Load(folder["first"]).SourceTokens;
        Assert.NotEqual(firstTokens, TranslationModel.Load(folder["second"]).SourceTokens);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("new")]
    [InlineData("resume")]
    [InlineData("overwrite")]
    public void A_run_whose_disk_fails_at_any_action_leaves_a_whole_run_that_goes_on(string how)
    {
        List<(DiskAction Action, string Path)> actions = [];
        Prepare(how);
        using (Disk.Observe((action, path) => actions.Add((action, path))))
            Assert.Equal(0, Start(how).Code);
        Assert.Equal(how == "resume" ? firstModel : secondModel, File.ReadAllBytes(folder["run/model.safetensors"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder["run"], ".engine-*"));

        // Each place of a fault once: what is done to which file for the first time. And a fifth of the rest, or all.
        var places = new HashSet<(DiskAction, string)>();
        var tried = 0;
        var triesAll = Environment.GetEnvironmentVariable(EveryFault) is { Length: > 0 };
        for (var n = 1; n <= actions.Count; n++)
        {
            var (action, path) = actions[n - 1];
            var name = Path.GetFileName(path);
            if (name.EndsWith(".tmp", StringComparison.Ordinal)) name = ".tmp";
            if (triesAll)
            {
                foreach (var fault in Enum.GetValues<DiskFault>()) Fail(how, n, fault);
                continue;
            }
            if (!places.Add((action, name)) && n % 5 != 0) continue;
            Fail(how, n, tried % 2 == 0 ? DiskFault.Kill : (DiskFault)(tried / 2 % 3));
            tried++;
        }
    }

    [Theory]
    [InlineData("new")]
    [InlineData("overwrite")]
    public void A_disk_that_stays_full_ends_the_run_with_the_first_failure(string how)
    {
        Prepare(how);
        string? full = null;
        CommandResult result;
        using (Disk.Observe((action, path) =>
        {
            if (Path.GetFileName(path).StartsWith("training_state", StringComparison.Ordinal)) full ??= path;
            if (full is not null) throw new IOException("No space left on device", 28);
        }))
        {
            result = Start(how);
        }
        Assert.Equal(2, result.Code);
        var mistake = Assert.Single(
            result.Error.Split('\n'), line => line.StartsWith("engine: ", StringComparison.Ordinal));
        Assert.Matches("training_state.safetensors: could not be written: No space left on device", mistake);
        // The model comes before the state.
        Assert.Equal(how == "new" ? "second" : "first", RunOf(folder["run"], how, how));
    }

    /// <summary>Runs with a fault, and checks what is left.</summary>
    private void Fail(string how, int n, DiskFault fault)
    {
        var at = $"{how}, {fault} at action {n}";
        Prepare(how);
        using (new FaultyDisk(n, fault))
        {
            try
            {
                var result = Start(how);
                Assert.True(result.Code is 0 or 2, $"{at}: {result.Code} {result.Error}");
                var last = result.Error.TrimEnd('\n').Split('\n')[^1];
                Assert.True(result.Code == 0 || last.StartsWith("engine: ", StringComparison.Ordinal), $"{at}: {last}");
                Assert.DoesNotContain("   at ", result.Error);
            }
            catch (KilledException)
            {
                Assert.Equal(DiskFault.Kill, fault);
            }
        }

        // What a reader finds is one whole run's.
        var run = RunOf(folder["run"], how, at);
        if (how == "overwrite")
            Assert.Equal(run, DataOf(ModelFolder.PathOf(folder["run"], ModelFolder.Report)));

        // The run that stands there goes on, and ends as if nothing had happened; without a state, it begins anew.
        var text = run ?? "second";
        var hasState = File.Exists(ModelFolder.PathOf(folder["run"], ModelFolder.TrainingState));
        var next = Train(text, folder["run"], Updates, hasState ? "--resume" : "--overwrite");
        Assert.True(next.Code == 0, $"{at}: {next.Error}");
        Assert.Equal(
            text == "first" ? firstModel : secondModel, File.ReadAllBytes(folder["run/model.safetensors"]));
        Assert.Empty(Directory.GetFileSystemEntries(folder["run"], ".engine-*"));
        Assert.Equal(text, DataOf(folder["run/run.json"]));
    }

    /// <summary>The text that the model in a folder is made of; null if there is none.</summary>
    private string? RunOf(string run, string how, string at)
    {
        if (how == "new" && !File.Exists(ModelFolder.PathOf(run, ModelFolder.Weights))) return null;
        try
        {
            return TranslationModel.Load(run).SourceTokens == firstTokens ? "first" : "second";
        }
        catch (InputException broken)
        {
            throw new InvalidOperationException($"{at}: {broken.Message}", broken);
        }
    }

    private static string DataOf(string report) => Path.GetFileNameWithoutExtension(
        (string)JsonNode.Parse(File.ReadAllText(report))!["data"]![0]!["path"]!);

    private CommandResult Start(string how) => how switch
    {
        "new" => Train("second", folder["run"], Updates),
        "resume" => Train("first", folder["run"], Updates, "--resume"),
        _ => Train("second", folder["run"], Updates, "--overwrite"),
    };

    private void Prepare(string how)
    {
        if (Directory.Exists(folder["run"])) Directory.Delete(folder["run"], recursive: true);
        if (how == "new") return;
        Copy(how == "resume" ? "half" : "first", "run");
    }

    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(folder[to]);
        foreach (var file in Directory.GetFiles(folder[from]))
            File.Copy(file, Path.Combine(folder[to], Path.GetFileName(file)), overwrite: true);
    }

    private CommandResult Train(string text, string output, int updates, params string[] more) => CommandLine.Run(
    [
        "train", "--source", folder[text + ".x"], "--target", folder[text + ".y"], "--out", output, "--d-model", "4",
        "--heads", "1", "--layers", "1", "--d-ff", "4", "--batch-tokens", "64", "--valid-every", "2", "--threads", "1",
        "--average", "2", "--updates", $"{updates}", "--log", Path.Combine(output, "log.jsonl"), .. more,
    ]);

    private void Write(string text, string[] words)
    {
        string[] lines = [.. Enumerable.Range(0, 12).Select(i => $"{words[i % words.Length]} {words[i / 4]}")];
        File.WriteAllLines(folder[text + ".x"], lines);
        File.WriteAllLines(folder[text + ".y"], lines.Select(line => line.ToUpperInvariant()));
    }
}
