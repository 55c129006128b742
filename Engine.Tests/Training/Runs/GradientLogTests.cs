using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The gradient norms that a run keeps in its folder.</summary>
public sealed class GradientLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Path => folder["run/gradients.jsonl"];

    [Fact]
    public void The_norms_of_every_update_are_read_back_and_a_line_that_is_not_whole_is_left_out()
    {
        Log(null, 1, 5);
        Assert.StartsWith(
            "{\"update\":1,\"layers\":{\"encoder.layers.0\":1.3333,\"decoder.layers.0\":0.5}}\n",
            File.ReadAllText(Path));
        File.AppendAllText(Path, "{\"update\":6,\"layers\":{\"encoder.lay");
        var read = GradientLogFile.Read(folder["run"]);
        Assert.Equal([1, 2, 3, 4, 5], read.Updates);
        Assert.Equal(["encoder.layers.0", "decoder.layers.0"], read.Layers.Select(layer => layer.Layer));
        Assert.Equal([1.3333, 2.3333, 3.3333, 4.3333, 5.3333], read.Layers[0].Norms);
        Assert.Equal([0.5, 1, 1.5, 2, 2.5], read.Layers[1].Norms);
    }

    [Fact]
    public void A_run_that_logged_none_has_no_updates_and_no_layers()
    {
        using (var log = new GradientLog(folder["run"]))
        {
            log.Started(Plan());
            log.Updated(new UpdateReport(1, 1, 2, 1, 0.1, 1, TimeSpan.Zero, 0));
        }
        Assert.False(File.Exists(Path));
        var read = GradientLogFile.Read(folder["run"]);
        Assert.Empty(read.Updates);
        Assert.Empty(read.Layers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_goes_on_drops_the_updates_that_it_makes_again(bool monitors)
    {
        Log(null, 1, 7);
        File.WriteAllText(Path, File.ReadAllText(Path)[..^9]); // killed within a line
        if (monitors) Log(4, 5, 6);
        else Log(4, 5, 4);
        Assert.Equal(monitors ? [1, 2, 3, 4, 5, 6] : [1, 2, 3, 4], GradientLogFile.Read(folder["run"]).Updates);
        Assert.EndsWith("}\n", File.ReadAllText(Path));
    }

    [Fact]
    public void Of_a_long_run_every_second_or_fourth_update_is_read_and_the_last()
    {
        Log(null, 1, 100);
        var updates = GradientLogFile.Read(folder["run"], most: 30).Updates;
        Assert.Equal([.. Enumerable.Range(0, 25).Select(i => 1 + 4 * i), 100], updates);
        Assert.Equal(100, GradientLogFile.Read(folder["run"], most: 101).Updates.Count);
    }

    [Fact]
    public void The_log_of_an_earlier_run_stays_until_the_new_run_has_the_folder()
    {
        Log(null, 1, 3);
        FolderChange.Begin(folder["run"]);
        using (var log = new GradientLog(folder["run"]))
        {
            log.Started(Plan());
            log.Updated(Report(1));
            log.Validated(new ValidationReport(1, new(2, 2), false, TimeSpan.Zero, []));
            FolderChange.Discard(folder["run"]); // the new run ends before it has a model
        }
        Assert.Equal([1, 2, 3], GradientLogFile.Read(folder["run"]).Updates);
        FolderChange.Begin(folder["run"]);
        using (var log = new GradientLog(folder["run"]))
        {
            log.Started(Plan());
            log.Updated(Report(1));
            log.Validated(new ValidationReport(1, new(2, 2), true, TimeSpan.Zero, []));
            File.WriteAllText(folder["run/.engine-next/model.safetensors"], "new");
            FolderChange.Commit(folder["run"]);
            log.FolderTaken();
            log.Updated(Report(2));
        }
        Assert.Equal([1, 2], GradientLogFile.Read(folder["run"]).Updates);
    }

    [LinuxFact]
    public void A_link_in_the_place_of_the_log_is_replaced_and_its_target_stays()
    {
        Log(null, 1, 3);
        File.Move(Path, folder["outside"]);
        var before = File.ReadAllText(folder["outside"]);
        File.CreateSymbolicLink(Path, folder["outside"]);
        Log(3, 4, 5);
        Assert.Equal(before, File.ReadAllText(folder["outside"]));
        Assert.Equal([1, 2, 3, 4, 5], GradientLogFile.Read(folder["run"]).Updates);
    }

    [Fact]
    public void A_log_that_cannot_be_written_any_more_says_so()
    {
        using var log = new GradientLog(folder["run"]);
        log.Started(Plan());
        log.Updated(Report(1));
        using (new FaultyDisk(failing: 2))
        {
            var failure = Assert.Throws<InputException>(() =>
                log.Validated(new ValidationReport(1, new(2, 2), true, TimeSpan.Zero, [])));
            Assert.StartsWith(Path + ": ", failure.Message);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"update\":2}")]
    [InlineData("{\"update\":0,\"layers\":{\"encoder.layers.0\":1,\"decoder.layers.0\":1}}")]
    [InlineData("{\"update\":2,\"layers\":{\"encoder.layers.0\":1}}")]
    [InlineData("{\"update\":2,\"layers\":{\"encoder.layers.0\":1,\"decoder.layers.0\":null}}")]
    [InlineData("half a li")]
    public void A_damaged_line_is_named(string line)
    {
        Log(null, 1, 1);
        File.AppendAllText(Path, line + "\n");
        var failure = Assert.Throws<InputException>(() => GradientLogFile.Read(folder["run"]));
        Assert.StartsWith(Path + ":2: ", failure.Message);
        Assert.EndsWith("remove the file, or the line", failure.Message);
    }

    private void Log(int? resumedAt, int from, int to)
    {
        using var log = new GradientLog(folder["run"]);
        log.Started(Plan() with { ResumedAt = resumedAt });
        for (var update = from; update <= to; update++) log.Updated(Report(update));
    }

    private static UpdateReport Report(int update) => new(update, 1, 2, 1, 0.1, 1, TimeSpan.Zero, 0)
    {
        LayerGradients = [new("encoder.layers.0", update + 1.0 / 3), new("decoder.layers.0", update / 2.0)],
    };

    private TrainingPlan Plan()
    {
        var corpus = ParallelCorpus.Of([("one two", "eins zwei")]);
        var model = TranslationModel.Create(
            new TrainingConfiguration { DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 2 }, corpus);
        return new TrainingPlan(model, 1, 1, 1, folder["run"]);
    }
}
