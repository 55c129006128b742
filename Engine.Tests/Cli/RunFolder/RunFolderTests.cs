using System.Diagnostics;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What a run does with the links, modes and other runs that it finds in its folder.</summary>
public sealed class RunFolderTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Run => folder["run"];

    private string[] Options =>
    [
        "train", "--preset", "tiny", "--source", tiny.Source, "--target", tiny.Target, "--d-model", "8", "--heads",
        "2", "--layers", "1", "--d-ff", "16", "--batch-tokens", "64", "--valid-every", "2", "--threads", "1",
        "--average", "2",
    ];

    public void Dispose() => folder.Dispose();

    [LinuxTheory]
    [InlineData("--overwrite")]
    [InlineData("--resume")]
    public void Links_in_a_runs_folder_are_replaced_and_what_they_lead_to_stays(string how)
    {
        Done([.. Options, "--out", Run, "--updates", "4"]);
        Directory.CreateDirectory(folder["outside"]);
        foreach (var path in Directory.GetFiles(Run))
        {
            var outside = Path.Combine(folder["outside"], Path.GetFileName(path));
            File.Move(path, outside);
            File.CreateSymbolicLink(path, outside);
        }
        Directory.CreateDirectory(folder["outside/below"]);
        File.WriteAllText(folder["outside/below/file"], "stays");
        Directory.CreateSymbolicLink(Path.Combine(Run, "checkpoint-1.safetensors"), folder["outside/below"]);
        var before = DiskSnapshot.Of(folder["outside"]);
        Done([.. Options, "--out", Run, "--updates", "8", how]);
        Assert.Equal(before, DiskSnapshot.Of(folder["outside"]));
        Assert.False(Path.Exists(Path.Combine(Run, "checkpoint-1.safetensors")));
        foreach (var name in (string[])
            ["model.safetensors", "config.json", "training_state.safetensors", "run.json", "curve.svg"])
        {
            var link = new FileInfo(Path.Combine(Run, name));
            Assert.True(link.Exists && link.LinkTarget is null, name);
        }
        Assert.Equal(0, CommandLine.RunOn("red", "translate", "--model", Run).Code);
    }

    [LinuxFact]
    public void A_log_in_the_runs_folder_may_not_be_a_link()
    {
        Directory.CreateDirectory(Run);
        File.WriteAllText(folder["outside"], "stays");
        File.CreateSymbolicLink(Path.Combine(Run, "log"), folder["outside"]);
        var before = DiskSnapshot.Of(folder.Path);
        var mistake = Mistake([.. Options, "--out", Run + "/", "--overwrite", "--log", Path.Combine(Run, "log")]);
        Assert.Equal(
            $"engine: {Path.Combine(Run, "log")}: is a link to {folder["outside"]}, and a run writes through no link "
                + "in its own folder; remove the link, or choose another --log",
            mistake);
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
    }

    [LinuxTheory]
    [InlineData("--resume")]
    [InlineData("--overwrite")]
    public void A_read_only_file_of_a_model_is_refused_before_any_work(string how)
    {
        if (OperatingSystem.IsWindows()) return;
        CopyModel();
        var path = Path.Combine(Run, "model.safetensors");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);
        var before = DiskSnapshot.Of(folder.Path);
        Assert.Equal(
            $"engine: {path}: is read-only; allow writing with chmod u+w, or name another file.",
            Mistake([.. Options, "--out", Run, how]));
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
    }

    [LinuxFact]
    public void A_model_that_is_trained_again_keeps_its_modes()
    {
        if (OperatingSystem.IsWindows()) return;
        Done([.. Options, "--out", Run, "--updates", "2"]);
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string[] names = ["model.safetensors", "config.json", "vocab.json", "run.json", "curve.svg"];
        foreach (var name in names) File.SetUnixFileMode(Path.Combine(Run, name), Mine);
        Done([.. Options, "--out", Run, "--updates", "2", "--overwrite"]);
        foreach (var name in names) Assert.Equal((name, Mine), (name, File.GetUnixFileMode(Path.Combine(Run, name))));
    }

    [Theory]
    [InlineData("--resume")]
    [InlineData("--overwrite")]
    [InlineData("--json")]
    public void A_run_that_finds_another_at_work_touches_nothing(string how)
    {
        CopyModel();
        var before = DiskSnapshot.Of(folder.Path);
        using (RunClaim.Take(Run))
        {
            Assert.Equal(
                $"engine: {Run}: another run is at work in this folder; wait until it ends, or name another folder "
                    + "with --out",
                Mistake([.. Options, "--out", Run, how]));
            Assert.Equal(0, CommandLine.RunOn("red", "translate", "--model", Run).Code);
        }
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
    }

    [Fact]
    public void Two_runs_at_once_take_two_folders()
    {
        string[] options = [.. Options, "--updates", "6"];
        using Process one = CommandLine.Start(folder.Path, options), two = CommandLine.Start(folder.Path, options);
        var results = new[] { one, two }.Select(CommandLine.Finish).ToArray();
        Assert.All(results, result => Assert.True(result.Code == 0, result.Error));
        var folders = Directory.GetDirectories(folder["runs"]).Order().ToArray();
        Assert.Equal([folder["runs/a-b-1"], folder["runs/a-b-2"]], folders);
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folders[0], "model.safetensors")),
            File.ReadAllBytes(Path.Combine(folders[1], "model.safetensors")));
        Assert.Empty(Directory.GetFiles(folder["runs"], ".engine-*", SearchOption.AllDirectories));
    }

    [LinuxFact]
    public void The_claim_of_a_killed_run_blocks_nobody_and_its_leftovers_go()
    {
        using var process = CommandLine.Start(
            folder.Path, [.. Options, "--minutes", "5", "--updates", "1000000", "--out", Run]);
        var state = Path.Combine(Run, "training_state.safetensors");
        for (var i = 0; i < 600 && !File.Exists(state); i++) Thread.Sleep(50);
        Assert.Contains("another run is at work", Mistake([.. Options, "--resume", "--out", Run]));
        process.Kill();
        process.WaitForExit();
        Assert.True(RunClaim.HasTrace(Run));
        File.WriteAllText(Path.Combine(Run, ".engine-left.tmp"), "half a model");
        var updates = $"{int.MaxValue}";
        Done([.. Options, "--resume", "--out", Run, "--minutes", "0.001", "--updates", updates]);
        Assert.Empty(Directory.GetFiles(Run, ".engine-*"));
    }

    private void CopyModel()
    {
        Directory.CreateDirectory(Run);
        foreach (var path in Directory.GetFiles(tiny.Model))
            File.Copy(path, Path.Combine(Run, Path.GetFileName(path)));
    }

    private static void Done(string[] arguments)
    {
        var result = CommandLine.Run(arguments);
        Assert.True(result.Code == 0, result.Error);
    }

    private static string Mistake(string[] arguments) => CommandLine.Run(arguments).Mistake();
}
