using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>The program works where nothing of the repository is, as an installed tool does.</summary>
public sealed class AnywhereTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string program;

    public AnywhereTests()
    {
        var built = Path.GetDirectoryName(typeof(CommandStreams).Assembly.Location)!;
        var copied = Directory.CreateDirectory(folder["program"]);
        foreach (var file in Directory.GetFiles(built, "*.dll").Concat(Directory.GetFiles(built, "Engine.Cli.*.json")))
            File.Copy(file, Path.Combine(copied.FullName, Path.GetFileName(file)));
        program = Path.Combine(copied.FullName, "Engine.Cli.dll");
        Directory.CreateDirectory(folder["empty"]);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Training_without_files_writes_the_toy_corpus_first()
    {
        var run = Run("train", "--updates", "1", "--d-model", "8", "--heads", "2", "--layers", "1", "--d-ff", "16");
        Assert.Equal(0, run.Code);
        Assert.StartsWith(
            $"{Path.Combine("data", "zh-en")} is neither here nor in a folder above; training writes the toy corpus "
            + "there first\n", run.Error);
        var written = Directory.GetFiles(folder[Path.Combine("empty", "data", "zh-en")]);
        Assert.Equal(6, written.Length);
        foreach (var path in written)
        {
            var original = Path.Combine(SourceFiles.Root, "data", "zh-en", Path.GetFileName(path));
            Assert.Equal(File.ReadAllText(original), File.ReadAllText(path));
        }
    }

    [Fact]
    public void Runs_that_begin_at_the_same_time_write_one_corpus_and_all_train()
    {
        string[] small = ["train", "--updates", "1", "--d-model", "8", "--heads", "2", "--layers", "1", "--d-ff", "16"];
        var runs = Enumerable.Range(0, 3)
            .Select(_ => CommandLine.StartProgram(program, folder["empty"], [], small)).ToArray();
        foreach (var run in runs)
        {
            using (run)
            {
                var result = CommandLine.Finish(run);
                Assert.True(result.Code == 0, result.Error);
            }
        }
        Assert.Equal(6, Directory.GetFileSystemEntries(folder[Path.Combine("empty", "data", "zh-en")]).Length);
        Assert.Equal(3, Directory.GetDirectories(folder[Path.Combine("empty", "runs")]).Length);
    }

    [Fact]
    public void A_run_waits_while_another_run_writes_the_corpus()
    {
        var corpus = folder[Path.Combine("empty", "data", "zh-en")];
        var claim = RunClaim.Take(corpus);
        using var run = CommandLine.StartProgram(
            program, folder["empty"], [],
            ["train", "--updates", "1", "--d-model", "8", "--heads", "2", "--layers", "1", "--d-ff", "16"]);
        Assert.Contains("writes the toy corpus there first", run.StandardError.ReadLine());
        Thread.Sleep(TimeSpan.FromSeconds(2)); // the corpus is generated in a fraction of a second
        Assert.False(File.Exists(Path.Combine(corpus, "train.zh")));
        claim.Dispose();
        var result = CommandLine.Finish(run);
        Assert.True(result.Code == 0, result.Error);
        Assert.True(File.Exists(Path.Combine(corpus, "train.zh")));
    }

    [Fact]
    public void A_dry_run_writes_no_corpus_and_counts_its_pairs()
    {
        var run = Run("train", "--dry-run");
        Assert.Equal(0, run.Code);
        Assert.StartsWith(
            $"text  the toy corpus, which a run writes to {Path.Combine("data", "zh-en")} first\n", run.Output);
        Assert.Contains("text  18,000 pairs an epoch", run.Output);
        Assert.Empty(Directory.GetFileSystemEntries(folder["empty"]));
    }

    private CommandResult Run(params string[] arguments)
    {
        using var process = CommandLine.StartProgram(program, folder["empty"], [], arguments);
        return CommandLine.Finish(process);
    }
}
