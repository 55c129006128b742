using System.Text;
using System.Text.RegularExpressions;
using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A run that goes on from a saved state, beside the run that was never interrupted.</summary>
public sealed class ResumedRunTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(1);

    private readonly ParallelCorpus corpus = ParallelCorpus.Of([.. Enumerable.Range(0, 30).Select(i =>
        ($"abab baab {(char)('a' + (i % 5))}", $"cdcd dccd {(char)('a' + (i % 7))}"))]);

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0.3, LearningRate = 0.01, Warmup = 0, Epochs = 0,
        Updates = 9, BatchTokens = 40, ValidEvery = 3,
    };

    public static TheoryData<string, int> Cases => new()
    {
        { "dropout", 4 }, { "dropout", 6 }, { "r-drop", 4 }, { "bpe", 4 }, { "bpe", 7 }, { "window", 5 },
        { "batch-norm", 4 },
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_resumed_run_draws_the_random_numbers_that_the_whole_run_draws(string name, int first)
    {
        var c = name switch
        {
            "r-drop" => Small with { RDrop = 2 },
            "bpe" => Small with
            {
                SourceTokenizer = "bpe", TargetTokenizer = "bpe", BpeMerges = 8, BpeDropout = 0.3, BatchTokens = 60,
            },
            "window" => Small with { Window = 11 },
            "batch-norm" => Small with { Normalization = Normalization.Batch }, // whose running means are state too
            _ => Small,
        };
        var whole = Run(c, "whole");
        Assert.True(whole.Updates[^1].Epoch > 1, "the run goes beyond an epoch");
        var parts = Run(c with { Updates = first }, "parts");
        var rest = Run(c, "parts", resumes: true);
        Assert.Equal(whole.Losses[..first], parts.Losses);
        Assert.Equal(whole.Losses[first..], rest.Losses);
        var after = whole.Validations.Where(validation => validation.Update > first).ToArray();
        Assert.Equal(
            after.Select(validation => (validation.Loss, validation.IsBest)),
            rest.Validations.Select(validation => (validation.Loss, validation.IsBest)));
    }

    [Fact]
    public void A_resumed_run_remembers_its_best_model_and_how_long_it_has_waited()
    {
        // Nothing moves: the first validation stays the best, and the third after it ends the run.
        var c = Small with { LearningRate = 1e-30, EarlyStopping = 3, Updates = 100 };
        var whole = Run(c, "whole");
        Assert.Equal([3, 6, 9, 12], whole.Validations.Select(validation => validation.Update));
        Run(c with { Updates = 9 }, "parts");
        var rest = Run(c, "parts", resumes: true);
        Assert.Equal(12, Assert.Single(rest.Validations).Update);
        Assert.False(rest.Validations[0].IsBest);
    }

    [Fact]
    public void The_validation_at_the_end_of_a_part_does_not_decide_what_the_whole_run_keeps()
    {
        // The part ends between two validations and validates once more: the whole run does not.
        var c = Small with { Dropout = 0, LearningRate = 0.02, ValidEvery = 3 };
        Run(c with { Updates = 3 }, "whole");
        var part = Run(c with { Updates = 5 }, "parts");
        Assert.Equal([(3, true), (5, true)], part.Validations.Select(report => (report.Update, report.IsBest)));
        Assert.NotEqual(Weights("whole"), Weights("parts"));
        Trainer(c, "parts", new RunRecord()).Resume();
        Assert.Equal(Weights("whole"), Weights("parts"));

        byte[] Weights(string name) => File.ReadAllBytes(folder[name + "/model.safetensors"]);
    }

    [Fact]
    public void A_run_that_was_killed_after_the_last_batch_of_an_epoch_goes_on_with_the_next_epoch()
    {
        var whole = Run(Small, "whole");
        var last = whole.Updates.Count(update => update.Epoch == 1);
        var c = Small with { ValidEvery = last };
        var killed = new RunRecord { Ends = last + 1 };
        Assert.Throws<KilledException>(() => Trainer(c, "parts", killed).Run(CancellationToken.None));
        Assert.Equal(whole.Losses[last..], Run(c, "parts", resumes: true).Losses);
    }

    [Fact]
    public void A_replacement_that_was_killed_is_ended_before_the_run_goes_on()
    {
        var whole = Run(Small, "whole");
        Run(Small with { Updates = 6 }, "parts");
        Directory.CreateDirectory(folder["parts/.engine-ready"]);
        foreach (var path in Directory.GetFiles(folder["parts"]))
            File.Move(path, Path.Combine(folder["parts/.engine-ready"], Path.GetFileName(path)));
        Assert.Equal(whole.Losses[6..], Run(Small, "parts", resumes: true).Losses);
        Assert.Empty(Directory.GetFileSystemEntries(folder["parts"], ".engine-*"));
    }

    [Fact]
    public void A_state_that_has_used_more_pairs_than_the_text_has_is_refused()
    {
        Run(Small with { Updates = 4 }, "run");
        // The same number of digits, so that every other byte of the file stays in its place.
        var path = folder["run/training_state.safetensors"];
        var state = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        var pairs = Regex.Match(state, @"pairs(?:\\""|\\u0022):(\d\d),").Groups[1];
        Assert.True(pairs.Success);
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(state.Remove(pairs.Index, 2).Insert(pairs.Index, "99")));
        Assert.Equal(
            $"{folder["run"]}: the saved state has used 99 pairs of its epoch, but the text has 30; begin anew with "
            + "Trainer.Run.",
            Assert.Throws<InputException>(() => Run(Small, "run", resumes: true)).Message);
    }

    private RunRecord Run(TrainingConfiguration c, string name, bool resumes = false)
    {
        var record = new RunRecord();
        var trainer = Trainer(c, name, record);
        if (resumes) trainer.Resume();
        trainer.Run(CancellationToken.None);
        return record;
    }

    private Trainer Trainer(TrainingConfiguration c, string name, RunRecord record) =>
        new(TranslationModel.Create(c, corpus), corpus, corpus, folder[name], team, record);
}
