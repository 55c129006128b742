using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Cli;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What a run reports, keeps and says when it ends by itself, is stopped, or is killed.</summary>
public sealed class RunEndTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(1);
    private readonly CancellationTokenSource stop = new();

    private readonly ParallelCorpus corpus = ParallelCorpus.Of(
        [.. Enumerable.Range(0, 40).Select(i => ($"a{i % 5} b{i / 5}", $"c{i % 7}"))]);

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Updates = 6, Epochs = 0, LearningRate = 0.01, Warmup = 0,
        ValidEvery = 2, BatchTokens = 64,
    };

    private string StatePath => folder["m/training_state.safetensors"];

    public void Dispose()
    {
        team.Dispose();
        stop.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_stop_in_the_last_update_leaves_a_finished_run()
    {
        Assert.False(Run(Small, StopAt(6)).WasCancelled);
        Assert.True(stop.IsCancellationRequested);
    }

    [Fact]
    public void A_stop_between_two_validations_is_validated_saved_and_resumed_to_the_same_end()
    {
        var whole = new RunRecord();
        Run(Small, whole);
        Directory.Delete(folder["m"], recursive: true);
        var first = StopAt(3);
        Assert.True(Run(Small, first).WasCancelled);
        Assert.Equal([2, 3], first.Validations.Select(validation => validation.Update));
        var rest = new RunRecord();
        Run(Small, rest, resumes: true);
        Assert.Equal(whole.Losses[3..], rest.Losses);
        Assert.Equal([4, 6], rest.Validations.Select(validation => validation.Update));
        Assert.Equal((3, false), (rest.Plan!.ResumedAt, rest.Plan.HasOtherSums));
    }

    [Fact]
    public void A_stop_before_the_first_update_saves_a_model_and_no_state()
    {
        stop.Cancel();
        var record = new RunRecord();
        var outcome = Run(Small with { Average = 2, CheckpointEvery = 1 }, record);
        Assert.Equal((0, true), (outcome.Updates, outcome.WasCancelled));
        var validation = Assert.Single(record.Validations);
        Assert.Equal((0, true), (validation.Update, validation.IsBest));
        Assert.Empty(validation.LayerGradients);
        Assert.True(File.Exists(folder["m/model.safetensors"]));
        Assert.False(File.Exists(StatePath));
        Assert.Empty(Directory.GetFiles(folder["m"], "checkpoint-*"));
    }

    [Fact]
    public void A_run_that_is_killed_before_it_saves_has_written_what_a_state_is_resumed_beside()
    {
        Assert.Throws<KilledException>(() => Run(Small, new RunRecord { Ends = 1 }));
        Assert.True(File.Exists(folder["m/config.json"]));
        Assert.False(File.Exists(folder["m/model.safetensors"]));
    }

    [Fact]
    public void An_earlier_run_is_replaced_when_the_first_model_is_saved_and_not_later()
    {
        Run(Small, new RunRecord());
        var record = new RunRecord();
        Run(Small, record);
        Assert.Equal(2, record.TakenAt);
        var late = new RunRecord();
        Run(Small with { Updates = 1 }, late); // validated once, at its end
        Assert.Equal(1, late.TakenAt);
    }

    [Fact]
    public void One_checkpoint_is_no_average_and_a_run_without_an_average_keeps_none()
    {
        var one = new RunRecord();
        Run(Small with { Updates = 2, Average = 3 }, one);
        Assert.Equal(0, Assert.Single(one.Validations).Averaged);
        Directory.Delete(folder["m"], recursive: true);
        Run(Small with { Average = 1 }, new RunRecord());
        Assert.Empty(Directory.GetFiles(folder["m"], "checkpoint-*"));
    }

    [Fact]
    public void A_resumed_run_averages_checkpoints_from_before_and_after()
    {
        var c = Small with { Average = 2 };
        Assert.Throws<KilledException>(() => Run(c, new RunRecord { Ends = 5 }));
        var rest = new RunRecord();
        Run(c, rest, resumes: true);
        Assert.Equal([6, 6], rest.Validations.Select(validation => validation.Update));
        Assert.Equal(2, rest.Validations[^1].Averaged); // of updates 4 and 6
    }

    [Fact]
    public void Of_several_ranks_the_first_alone_writes()
    {
        var plans = ThreadRanks.Run(2, ranks =>
        {
            using var own = new ThreadTeam(1);
            var (model, record) = (TranslationModel.Create(Small, corpus), new RunRecord());
            var pairs = new TrainingPairs(model, corpus);
            new Trainer(model, pairs, corpus, folder[$"m{ranks.Rank}"], own, record, ranks).Run(stop.Token);
            return record.Plan;
        });
        Assert.Equal(2, plans[0]!.Ranks);
        Assert.Null(plans[1]);
        Assert.True(File.Exists(folder["m0/model.safetensors"]));
        Assert.False(Directory.Exists(folder["m1"]));
    }

    [Fact]
    public void A_run_counts_the_pairs_of_all_batches_of_its_updates()
    {
        // A batch has one pair: update k of three batches begins when 3 (k - 1) of the 40 pairs are done.
        var record = StopAt(2);
        var c = Small with { Updates = 0, Epochs = 1, BatchTokens = 1, Accumulate = 3, ValidEvery = 1000 };
        Run(c, record);
        Assert.Equal([0, 3 / 40.0], record.Updates.Select(update => update.Progress));
        using var state = SafeTensorsFile.Open(StatePath);
        var position = JsonNode.Parse(state.Metadata["position"])!;
        Assert.Equal((6, 6), ((int)position["pairs"]!, (int)position["batches"]!));
    }

    [Fact]
    public void Only_the_last_state_of_a_run_has_a_copy_of_the_best_model()
    {
        Assert.Throws<KilledException>(() => Run(Small, new RunRecord { Ends = 3 }));
        Assert.False(HasCopy());
        Run(Small, new RunRecord(), resumes: true);
        Assert.True(HasCopy());

        bool HasCopy()
        {
            using var state = SafeTensorsFile.Open(StatePath);
            return state.Entries.Keys.Any(name => name.StartsWith("best.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Time_and_speed_are_measured()
    {
        var record = new RunRecord();
        var outcome = Run(Small, record);
        Assert.True(outcome.Elapsed > TimeSpan.Zero);
        Assert.All(record.Updates, update => Assert.True(update.Elapsed > TimeSpan.Zero && update.TokensPerSecond > 0));
        Assert.True(record.Updates[0].Elapsed < record.Updates[^1].Elapsed);
        // The speed of an update is of all its batches: here ten pairs of a token and the end.
        var many = new RunRecord();
        Run(Small with { Updates = 1, BatchTokens = 1, Accumulate = 10 }, many);
        Assert.True(many.Updates[0].TokensPerSecond * many.Updates[0].Elapsed.TotalSeconds > 19.9);
    }

    private RunRecord StopAt(int update) => new() { Acts = (update, stop.Cancel) };

    private TrainingOutcome Run(TrainingConfiguration c, RunRecord record, bool resumes = false)
    {
        var trainer = new Trainer(
            TranslationModel.Create(c, corpus), corpus, corpus, folder["m"], team, record);
        if (resumes) trainer.Resume();
        return trainer.Run(resumes ? CancellationToken.None : stop.Token);
    }
}
