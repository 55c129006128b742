using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The logs of runs that are killed, go on, or replace other runs.</summary>
public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_log_that_goes_on_drops_the_updates_after_the_resumed_one_and_half_a_line()
    {
        using (var log = new JsonLinesLog(folder["log"]))
        {
            log.Started(Plan());
            Events(log, 1, 7);
        }
        var whole = File.ReadAllText(folder["log"]);
        File.WriteAllText(folder["log"], whole[..^9]); // killed within a line
        using (var log = new JsonLinesLog(folder["log"], FileMode.Append))
        {
            log.Started(Plan() with { ResumedAt = 4 });
            Events(log, 5, 6);
        }
        Assert.Equal(
            ["started null", "1", "2", "3", "4", "started 4", "5", "6"],
            File.ReadAllLines(folder["log"]).Select(line => JsonNode.Parse(line)!).Select(line =>
                (string)line["event"]! == "started" ? $"started {line["resumed_at"]?.ToString() ?? "null"}"
                    : line["update"]!.ToString()).Distinct());
        // A second time there is nothing to cut, and the file is not replaced.
        var before = File.ReadAllText(folder["log"]);
        Assert.Equal(0, FaultyDisk.Count(() => LogCut.After(6, folder["log"], RunOf(Plan()))));
        Assert.Equal(before, File.ReadAllText(folder["log"]));
    }

    [Theory]
    [InlineData("not ours")]
    [InlineData("{\"event\":\"update\",\"update\":9}")] // before any start of this run
    [InlineData("{\"event\":\"started\",\"seed\":77}\n{\"event\":\"update\",\"update\":9}")] // another run
    [InlineData("{\"event\":\"upda\\ud800te\"}\n[1]\n{\"a\":1}\n\n")]
    [InlineData("{\"event\":{},\"update\":9}\n{\"update\":9}\n{\"event\":\"update\",\"update\":\"9\"}")]
    public void What_is_not_this_runs_is_never_dropped(string foreign)
    {
        File.WriteAllText(folder["log"], foreign);
        using (var log = new JsonLinesLog(folder["log"], FileMode.Append)) log.Started(Plan() with { ResumedAt = 4 });
        var text = File.ReadAllText(folder["log"]);
        Assert.StartsWith(foreign.TrimEnd('\n') + "\n", text);
        Assert.Contains("\"resumed_at\":4", text.Split('\n')[^2]); // on a line of its own
    }

    [Fact]
    public void A_line_of_many_megabytes_is_somebody_elses_and_stays()
    {
        using (var log = new JsonLinesLog(folder["log"])) log.Started(Plan());
        var foreign = "{\"event\":\"update\",\"update\":9,\"x\":\"" + new string('x', 3 << 20) + "\"}\n";
        File.AppendAllText(folder["log"], foreign + "{\"event\":\"update\",\"update\":9}\n");
        LogCut.After(4, folder["log"], RunOf(Plan()));
        Assert.EndsWith(foreign, File.ReadAllText(folder["log"]));
    }

    [Fact]
    public void A_log_that_cannot_be_cut_stays_as_it_was()
    {
        using (var log = new JsonLinesLog(folder["log"]))
        {
            log.Started(Plan());
            Events(log, 1, 7);
        }
        var before = File.ReadAllText(folder["log"]);
        var actions = FaultyDisk.Count(() => LogCut.After(6, folder["log"], RunOf(Plan())));
        for (var n = 1; n <= actions; n++)
        {
            File.WriteAllText(folder["log"], before);
            using var disk = new FaultyDisk(n, DiskFault.NoSpace);
            Assert.Throws<InputException>(() => LogCut.After(4, folder["log"], RunOf(Plan())));
            Assert.Equal(before, File.ReadAllText(folder["log"]));
        }
        Assert.True(actions > 3);
    }

    [Fact]
    public void A_log_that_replaces_another_waits_until_the_run_has_the_folder()
    {
        File.WriteAllText(folder["log"], "old");
        Directory.CreateDirectory(folder["run"]);
        FolderChange.Begin(folder["run"]);
        using (var log = new JsonLinesLog(folder["log"], FileMode.Create))
        {
            log.Started(Plan());
            Events(log, 1, 3);
        }
        Assert.Equal("old", File.ReadAllText(folder["log"])); // the run ended before it saved a model
        using (var log = new JsonLinesLog(folder["log"], FileMode.Create))
        {
            log.Started(Plan());
            Events(log, 1, 3);
            log.FolderTaken();
            Events(log, 4, 5);
        }
        Assert.Equal(11, File.ReadAllLines(folder["log"]).Length);
    }

    [Fact]
    public void A_session_that_goes_on_begins_its_event_file_with_the_step_from_which_steps_are_new()
    {
        for (var session = 0; session < 3; session++)
        {
            using var log = new TensorBoardLog(folder["run"]);
            log.Started(Plan() with { ResumedAt = session == 0 ? null : 300 * session });
        }
        var files = Directory.GetFiles(folder["run"], "events*").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(3, files.Length);
        // Step 301 as a number (field 2), and field 7, a message of two bytes: its field 1, the status, is 1: START.
        byte[] start = [0x10, 0xAD, 0x02, 0x3A, 2, 0x08, 1];
        // The files' names sort in the order of the sessions, although all began in one second.
        Assert.True(File.ReadAllBytes(files[1]).AsSpan().IndexOf(start) > 0);
        start = [0x10, 0xD9, 0x04, 0x3A, 2, 0x08, 1];
        Assert.True(File.ReadAllBytes(files[2]).AsSpan().IndexOf(start) > 0);
    }

    private static void Events(JsonLinesLog log, int from, int to)
    {
        for (var update = from; update <= to; update++)
        {
            log.Updated(new UpdateReport(update, 1, 2, 1, 0.1, 1, TimeSpan.Zero, 0));
            log.Validated(new ValidationReport(update, new(2, 2), true, TimeSpan.Zero, []));
        }
    }

    private static LoggedRun RunOf(TrainingPlan plan) => new(
        plan.TrainPairs, plan.ValidPairs, plan.Model.Network.Parameters.Sum(parameter => (long)parameter.Count),
        plan.Model.Configuration.Seed);

    private TrainingPlan Plan()
    {
        var corpus = ParallelCorpus.Of([("one two", "eins zwei")]);
        var model = TranslationModel.Create(
            new TrainingConfiguration { DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 2 }, corpus);
        return new TrainingPlan(model, 1, 1, 1, folder["run"]);
    }
}
