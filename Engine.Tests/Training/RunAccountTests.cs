using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What a run counts: updates of averages and schedules, validations without a better model.</summary>
public sealed class RunAccountTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(1);

    private readonly ParallelCorpus corpus = ParallelCorpus.Of(
        [.. Enumerable.Range(0, 9).Select(i => ($"one two {i} four five", $"ONE TWO {i} FOUR FIVE"))]);

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, LearningRate = 0.05, Warmup = 0, Epochs = 0,
        Updates = 1, ValidEvery = 100, BatchTokens = 20,
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Early_stopping_counts_validations_in_a_row()
    {
        var best = new BestModel(Small with { EarlyStopping = 3 });
        var over = new List<bool>();
        foreach (var loss in (double[])[5, 6, 6, 4, 6, 6, 6])
        {
            best.Observe(new(new(loss, loss), null, []));
            over.Add(best.IsOver);
        }
        Assert.Equal([false, false, false, false, false, false, true], over);
        Assert.Equal(3, best.Waited);
    }

    [Fact]
    public void The_moving_average_of_a_run_counts_the_first_update_as_the_first()
    {
        var before = TranslationModel.Create(Small, corpus).Network;
        Run(Small with { Ema = 0.9 });
        using var state = SafeTensorsFile.Open(folder["m/training_state.safetensors"]);
        foreach (var (name, parameter) in before.NamedParameters)
        {
            var (start, after) = (parameter.Value.ToArray(), state.ReadNumbers<float>("model." + name));
            var expected = start.Zip(after, (w0, w1) => (2.0 / 11 * w0) + (9.0 / 11 * w1)); // d = (1 + 1) / (10 + 1)
            Close.To([.. expected], [.. state.ReadNumbers<float>("average." + name).Select(w => (double)w)], 1e-5);
        }
    }

    [Fact]
    public void A_checkpoint_between_two_validations_is_of_the_moving_average()
    {
        Run(Small with { Ema = 0.9, Average = 2, CheckpointEvery = 2, Updates = 3 });
        var average = TranslationModel.Create(Small with { Ema = 0.9, Updates = 2 }, corpus);
        new Trainer(average, corpus, corpus, folder["short"], team, new RunRecord()).Run(CancellationToken.None);
        using var checkpoint = SafeTensorsFile.Open(folder["m/checkpoint-2.safetensors"]);
        using var state = SafeTensorsFile.Open(folder["short/training_state.safetensors"]);
        foreach (var (name, _) in average.Network.NamedParameters)
            Assert.Equal(state.ReadNumbers<float>("average." + name), checkpoint.ReadNumbers<float>(name));
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("cosine")]
    public void A_schedule_over_epochs_is_as_long_as_the_updates_that_accumulation_leaves(string name)
    {
        var c = Small with { Schedule = name, Accumulate = 2, LearningRate = 1e-3 };
        double[] Rates(TrainingConfiguration c) => [.. Run(c).Updates.Select(update => update.LearningRate)];
        var byEpochs = Rates(c with { Updates = 0, Epochs = 3 });
        Assert.InRange(byEpochs.Length, 3, 15);
        Assert.Equal(Rates(c with { Updates = byEpochs.Length }), byEpochs);
        // Of two limits the nearer one is the length.
        Assert.Equal(byEpochs, Rates(c with { Updates = 1000, Epochs = 3 }));
    }

    [Fact]
    public void The_BLEU_of_a_model_that_writes_lower_case_ignores_case()
    {
        var record = Run(Small with { Lowercase = true, Updates = 80, BatchTokens = 100 });
        Assert.True(record.Validations[^1].Bleu > 30, $"{record.Validations[^1].Bleu}");
        Assert.Equal("ONE TWO 0 FOUR FIVE", record.Validations[^1].Samples[0].Reference);
        Assert.Equal(
            record.Validations[^1].Samples[0].Translation.ToLowerInvariant(),
            record.Validations[^1].Samples[0].Translation);
    }

    private RunRecord Run(TrainingConfiguration c)
    {
        var record = new RunRecord();
        var trainer = new Trainer(TranslationModel.Create(c, corpus), corpus, corpus, folder["m"], team, record);
        trainer.Run(CancellationToken.None);
        return record;
    }
}
