using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The checkpoints that stay in a run's folder.</summary>
public sealed class KeptCheckpointTests : IDisposable
{
    private static readonly ParallelCorpus Corpus = ParallelCorpus.Of([.. Enumerable.Range(0, 30).Select(i =>
        ($"abab baab {(char)('a' + (i % 5))}", $"cdcd dccd {(char)('a' + (i % 7))}"))]);

    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(1);

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0.3, LearningRate = 0.01, Warmup = 0, Epochs = 0,
        Updates = 12, BatchTokens = 40, ValidEvery = 3,
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(5, new[] { 0, 3, 6, 9, 12 })]
    [InlineData(4, new[] { 0, 4, 8, 12 })]
    [InlineData(2, new[] { 0, 12 })]
    [InlineData(1, new[] { 12 })]
    [InlineData(0, new int[0])]
    [InlineData(50, new[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 })]
    public void Checkpoints_are_spread_evenly_from_the_first_weights_to_the_last(int count, int[] updates)
    {
        Run(Small with { KeepCheckpoints = count }, "m");
        Assert.Equal(updates, ModelFolder.Checkpoints(folder["m"]));
        Assert.Equal(updates.Length, Directory.GetFiles(folder["m"], "*checkpoint*").Length);
    }

    [Fact]
    public void A_run_of_epochs_keeps_them_by_its_epochs()
    {
        var c = Small with { Updates = 0, Epochs = 4 };
        var record = Run(c, "m");
        var ends = record.Updates.GroupBy(update => update.Epoch).Select(epoch => epoch.Last().Update);
        Assert.Equal([0, .. ends], ModelFolder.Checkpoints(folder["m"]));
    }

    [Fact]
    public void To_keep_them_changes_no_bit_of_the_model_nor_of_an_average()
    {
        var c = Small with { Average = 3, Ema = 0.9 };
        Run(c, "with");
        Run(c with { KeepCheckpoints = 0 }, "without");
        Assert.Equal(
            File.ReadAllBytes(folder["without/model.safetensors"]),
            File.ReadAllBytes(folder["with/model.safetensors"]));
        Assert.Equal(3, Directory.GetFiles(folder["with"], "checkpoint-*").Length);
        Assert.Equal(5, ModelFolder.Checkpoints(folder["with"]).Count);
    }

    [Theory]
    [InlineData(7, 12)]
    [InlineData(6, 12)]
    [InlineData(12, 12)]
    public void A_run_that_was_killed_and_goes_on_keeps_what_the_whole_run_keeps(int state, int killed)
    {
        Run(Small, "whole");
        Run(Small with { Updates = state }, "parts");
        foreach (var path in Directory.GetFiles(folder["parts"], "kept-*")) File.Delete(path);
        // The state is of an earlier update than the checkpoints that a killed run left.
        foreach (var update in ModelFolder.Checkpoints(folder["whole"]).Where(update => update <= killed))
        {
            var name = $"kept-checkpoint-{update}.safetensors";
            File.Copy(folder["whole/" + name], folder["parts/" + name]);
        }
        Run(Small, "parts", resumes: true);
        Assert.Equal([0, 3, 6, 9, 12], ModelFolder.Checkpoints(folder["parts"]));
        foreach (var path in Directory.GetFiles(folder["whole"], "kept-*"))
            Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(folder["parts/" + Path.GetFileName(path)]));
    }

    [Theory]
    [InlineData(24, 5, new[] { 0, 6, 12, 18, 24 })]
    [InlineData(24, 3, new[] { 0, 12, 24 })]
    [InlineData(13, 5, new[] { 0, 3, 6, 9, 13 })]
    [InlineData(24, 0, new int[0])]
    public void A_run_that_gets_other_limits_never_has_more_and_thins_them_out(int updates, int count, int[] kept)
    {
        Run(Small, "m");
        Run(Small with { Updates = updates, KeepCheckpoints = count }, "m", resumes: true);
        Assert.Equal(kept, ModelFolder.Checkpoints(folder["m"]));
    }

    [Fact]
    public void A_run_that_is_stopped_goes_on_to_the_same_checkpoints_and_one_that_ends_early_has_its_last()
    {
        using var source = new CancellationTokenSource();
        Run(Small, "stopped", cancel: source, stopAt: 7);
        Assert.Equal([0, 3, 6], ModelFolder.Checkpoints(folder["stopped"]));
        Run(Small, "stopped", resumes: true);
        Assert.Equal([0, 3, 6, 9, 12], ModelFolder.Checkpoints(folder["stopped"]));

        // Nothing moves: the third validation after the first ends the run.
        Run(Small with { LearningRate = 1e-30, EarlyStopping = 3, Updates = 100 }, "early");
        Assert.Equal([0, 12], ModelFolder.Checkpoints(folder["early"]));
    }

    [Fact]
    public void A_checkpoint_has_the_weights_of_its_update_and_another_is_refused()
    {
        var model = Model(Small);
        var first = model.Network.Parameters[0].Value.ToArray();
        Run(Small, "m");
        var loaded = TranslationModel.Load(folder["m"]);
        loaded.LoadCheckpoint(folder["m"], 0);
        Assert.Equal(first, loaded.Network.Parameters[0].Value.ToArray());
        loaded.LoadCheckpoint(folder["m"], 6);
        Assert.NotEqual(first, loaded.Network.Parameters[0].Value.ToArray());
        Run(Small with { Updates = 6 }, "half");
        loaded.Reload(folder["half"]);
        var half = loaded.Network.Parameters[0].Value.ToArray();
        loaded.LoadCheckpoint(folder["m"], 6);
        Assert.Equal(half, loaded.Network.Parameters[0].Value.ToArray());
        Assert.Equal(
            $"{folder["m"]}: has no checkpoint of update 5; it has 0, 3, 6, 9, 12.",
            Assert.Throws<InputException>(() => loaded.LoadCheckpoint(folder["m"], 5)).Message);
        Run(Small with { KeepCheckpoints = 0 }, "none");
        Assert.EndsWith(
            "train with TrainingConfiguration.KeepCheckpoints to have some.",
            Assert.Throws<InputException>(() => loaded.LoadCheckpoint(folder["none"], 5)).Message);
        // Weights of the same shapes, of another model.
        var name = "kept-checkpoint-6.safetensors";
        Run(Small with { Positions = PositionEncoding.None }, "other");
        File.Copy(folder["other/" + name], folder["m/" + name], overwrite: true);
        Assert.Contains(
            $"{name}: was not saved with the ",
            Assert.Throws<InputException>(() => loaded.LoadCheckpoint(folder["m"], 6)).Message);
    }

    [Fact]
    public void A_run_that_replaces_another_leaves_none_of_the_other()
    {
        Run(Small with { KeepCheckpoints = 13 }, "m");
        Run(Small with { Updates = 8, KeepCheckpoints = 3 }, "m");
        Assert.Equal([0, 4, 8], ModelFolder.Checkpoints(folder["m"]));
    }

    private RunRecord Run(
        TrainingConfiguration c, string name, bool resumes = false, CancellationTokenSource? cancel = null,
        int stopAt = 0)
    {
        var record = new RunRecord { Acts = cancel is null ? null : (stopAt, cancel.Cancel) };
        var trainer = new Trainer(Model(c), Corpus, Corpus, folder[name], team, record);
        if (resumes) trainer.Resume();
        trainer.Run(cancel?.Token ?? CancellationToken.None);
        return record;
    }

    private static TranslationModel Model(TrainingConfiguration c) => TranslationModel.Create(c, Corpus);
}
