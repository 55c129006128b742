using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Cli;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Storage;

/// <summary>Every save, with every action on the disk failing in every way.</summary>
public sealed class SaveFaultTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_file_is_the_old_one_or_the_new_one()
    {
        var model = new Linear<float>(200, 150, new RandomStream(1));
        // Open the old file, make the new one, set its mode, write it in parts, flush it, rename it.
        var actions = EveryFault.Try(
            folder.Path, () => Reset("m"), () => SafeTensors.Save(folder["m"], model), folder["m"]);
        Assert.True(actions > 5, $"{actions}");
    }

    [Fact]
    public void A_new_file_is_there_or_not() =>
        EveryFault.Try(
            folder.Path, () => File.Delete(folder["a"]), () => AtomicFile.WriteText(folder["a"], "new"), folder["a"]);

    [LinuxTheory]
    [InlineData("")]
    [InlineData("old")]
    public void The_file_at_the_end_of_a_link_is_the_old_one_or_the_new_one(string old)
    {
        File.CreateSymbolicLink(folder["link"], "a");
        EveryFault.Try(
            folder.Path, () => Reset("a", old),
            () => AtomicFile.WriteText(folder["link"], "new", followsLinks: true), folder["link"]);
        Assert.Equal("a", new FileInfo(folder["link"]).LinkTarget);
    }

    [Fact]
    public void A_translation_is_the_old_one_or_the_new_one() => TryVerb(
        "translate", "--model", tiny.Model, "--input", tiny.Source, "--output", folder["o"]);

    [Fact]
    public void The_output_of_evaluate_is_the_old_one_or_the_new_one() => TryVerb(
        "evaluate", "--model", tiny.Model, "--source", tiny.Source, "--target", tiny.Target, "--output", folder["o"]);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_corpus_is_the_old_one_or_the_new_one_and_a_torn_one_has_no_training_source(bool replaces)
    {
        var (old, corpus) = (Corpus(1), Corpus(2));
        var place = folder["c"];
        EveryFault.Try(
            folder.Path,
            () =>
            {
                if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
                Directory.CreateDirectory(place);
                if (replaces) old.Save(place);
            },
            () => corpus.Save(place, replaces), place,
            isTorn: () => !File.Exists(Path.Combine(place, "train.in")));
    }

    [Fact]
    public void A_corpus_that_was_torn_is_mended_by_writing_it_again()
    {
        Corpus(1).Save(folder["whole"]);
        var actions = FaultyDisk.Count(() => Corpus(1).Save(folder["again"]));
        for (var n = 1; n <= actions; n++)
        {
            var place = folder[$"{n}"];
            Corpus(2).Save(place);
            using (new FaultyDisk(n, DiskFault.Kill))
                Assert.Throws<KilledException>(() => Corpus(1).Save(place, overwrite: true));
            Corpus(1).Save(place, overwrite: true);
            foreach (var path in Directory.GetFiles(folder["whole"]))
            {
                Assert.Equal(
                    File.ReadAllBytes(path), File.ReadAllBytes(Path.Combine(place, Path.GetFileName(path))));
            }
        }
    }

    [Fact]
    public void The_learning_curve_is_the_old_one_or_the_new_one()
    {
        var report = new ValidationReport(1, new(2, 2), true, TimeSpan.Zero, []);
        EveryFault.Try(
            folder.Path, () => Reset("curve.svg"), () => new LearningCurve(folder.Path).Validated(report),
            folder["curve.svg"]);
    }

    [Fact]
    public void The_report_of_a_run_is_the_old_one_or_the_new_one()
    {
        var report = new RunReport(folder.Path, ["engine", "train"], []);
        EveryFault.Try(
            folder.Path, () => Reset("run.json"),
            () => report.Finish(new TrainingOutcome(7, 1.5, TimeSpan.FromSeconds(2), false)), folder["run.json"]);
    }

    private static ToyCorpus Corpus(long seed) => ToyCorpus.Generate(ToyTasks.Create("reverse"), 200, seed);

    // Everybody may read and write the file, so that a save has a mode to set.
    private void Reset(string name, string text = "old")
    {
        File.WriteAllText(folder[name], text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder[name], (UnixFileMode)0b110_110_110);
    }

    private void TryVerb(params string[] arguments) => EveryFault.Try(
        folder.Path, () => Reset("o"),
        () =>
        {
            var result = Cli.CommandLine.Run(arguments);
            if (result.Code == 0) return;
            Assert.Equal(2, result.Code);
            throw new InputException(result.Error.TrimEnd('\n').Replace("engine: ", "", StringComparison.Ordinal));
        },
        folder["o"]);
}
