using System.Text.Json.Nodes;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>When a run validates, what it keeps, and when it ends.</summary>
public sealed class TrainingControlTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(2);
    private readonly ParallelCorpus corpus;

    public TrainingControlTests()
    {
        string[] words = ["one", "two", "three", "four", "five"];
        var lines = Enumerable.Range(0, 40).Select(i => $"{words[i % 5]} {words[i / 5 % 5]} {words[i / 25]} .");
        File.WriteAllLines(folder["a"], lines);
        File.WriteAllLines(folder["b"], lines.Select(line => line.ToUpperInvariant()));
        corpus = ParallelCorpus.Read(folder["a"], folder["b"]);
    }

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, Updates = 6, Epochs = 0, LearningRate = 0.01,
        Warmup = 0, ValidEvery = 2, BatchTokens = 64,
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Accumulated_batches_update_as_their_union_does()
    {
        var c = Small with { BatchTokens = 1 };
        float[] Updated(Func<SentencePair[], Batch[]> split)
        {
            var model = TranslationModel.Create(c, corpus);
            SentencePair[] pairs = [.. model.Encode(corpus)];
            var sgd = new Sgd<float>(model.Network.Parameters, 0.1);
            var step = new TrainingStep(model, sgd, new RandomStream(1), team);
            var result = step.Run(split(pairs));
            return [
                (float)result.Loss, (float)result.GradientNorm,
                .. model.Network.Parameters.SelectMany(parameter => parameter.Value.ToArray()),
            ];
        }
        Batch Of(SentencePair[] pairs, int start, int end) =>
            new(pairs.AsSpan(start, end - start));
        var whole = Updated(pairs => [Of(pairs, 0, 40)]);
        var parts = Updated(pairs => [Of(pairs, 0, 7), Of(pairs, 7, 8), Of(pairs, 8, 40)]);
        Close.To([.. whole.Select(x => (double)x)], [.. parts.Select(x => (double)x)], 1e-5);
    }

    [Fact]
    public void Accumulation_counts_updates_not_batches_and_the_last_of_an_epoch_takes_what_is_left()
    {
        var plain = Run(Small with { Updates = 0, Epochs = 2 });
        var record = Run(Small with { Updates = 0, Epochs = 2, Accumulate = 3 });
        Assert.Equal(2 * ((plain.Updates.Count / 2 + 2) / 3), record.Updates.Count);
    }

    [Fact]
    public void Statistics_of_accumulated_batches_all_take_effect()
    {
        long Counted(int accumulate)
        {
            var c = Small with { Normalization = Normalization.Batch, Updates = 1, Accumulate = accumulate };
            var model = TranslationModel.Create(c, corpus);
            Train(model, new Record());
            return (long)model.Network.NamedBuffers.First(named => named.Value.IsCount).Value.Value.ToArray()[0];
        }
        Assert.Equal((1L, 3L), (Counted(1), Counted(3)));
    }

    [Fact]
    public void Training_ends_after_validations_without_a_better_model()
    {
        // A rate so small that nothing moves in float: the first validation stays the best.
        var record = Run(Small with { LearningRate = 1e-30, EarlyStopping = 3, Updates = 100 });
        Assert.Equal([2, 4, 6, 8], record.Validations.Select(report => report.Update));
        Assert.True(record.Outcome!.WasStoppedEarly);
        Assert.False(Run(Small).Outcome!.WasStoppedEarly);
        // The average of the checkpoints is no validation that could end anything.
        var averaged = Run(Small with { LearningRate = 1e-30, EarlyStopping = 3, Average = 2 });
        Assert.Equal((6, 2), (averaged.Outcome!.Updates, averaged.Validations[^1].Averaged));
        Assert.False(averaged.Outcome.WasStoppedEarly);
    }

    [Theory]
    [InlineData(0.3, "translate")]
    [InlineData(0, "translate")]
    [InlineData(0.3, "classify")]
    public void Validation_measures_the_likelihood_and_what_training_makes_smaller(double smoothing, string task)
    {
        var c = Small with { LabelSmoothing = smoothing, Task = task };
        File.WriteAllLines(folder["labels"], corpus.Source.Select(line => line.Split(' ')[2]));
        var pairs = task == "classify" ? ParallelCorpus.Read(folder["a"], folder["labels"]) : corpus;
        TextModel Create(TrainingConfiguration c) => task == "classify"
            ? ClassificationModel.Create(c, pairs) : TranslationModel.Create(c, pairs);
        var model = Create(c);
        var batch = new Batch([.. model.Encode(pairs)]);
        using var tape = new Tape<float>(Mode.Inference);
        var found = new Validation(model, pairs, model.Encode(pairs), team).Loss();
        var plain = Create(c with { LabelSmoothing = 0 }); // of the same seed and so of the same weights
        Assert.Equal(plain.Loss(tape, batch, batch.TargetTokens).Item(), found.Plain, 1e-5);
        Assert.Equal(model.Loss(tape, batch, batch.TargetTokens).Item(), found.Smoothed, 1e-5);
        Assert.Equal(smoothing > 0, Math.Abs(found.Plain - found.Smoothed) > 1e-3);
    }

    [Theory]
    [InlineData("loss", new[] { true, true, false, false })]
    [InlineData("bleu", new[] { true, false, true, false })]
    [InlineData("accuracy", new[] { true, false, true, false })]
    public void The_best_model_is_that_of_the_criterion(string criterion, bool[] expected)
    {
        var task = criterion == "accuracy" ? "classify" : "translate";
        var best = new BestModel(Small with { Task = task, Best = criterion, EarlyStopping = 1 });
        // A likelihood that gets worse, as of a model that is too sure of itself, decides nothing.
        (ValidationLoss Loss, double Score)[] results =
            [(new(1, 3), 10), (new(1.5, 2), 10), (new(0.5, 2.5), 12), (new(0.5, 2), 12)];
        Assert.Equal(expected, results.Select(result => best.Observe(task == "translate"
            ? new(result.Loss, result.Score, []) : new(result.Loss, null, []) { Accuracy = result.Score })));
        Assert.True(best.IsOver);
        Assert.Equal(
            criterion == "loss" ? (2.0, 10.0) : (2.5, 12.0), (best.Loss.Smoothed, best.Bleu ?? best.Accuracy));
    }

    [Fact]
    public void Validation_reports_the_BLEU_of_the_first_sentences()
    {
        var c = Small with { ValidSentences = 11 };
        var model = TranslationModel.Create(c, corpus);
        var record = Train(model, new Record());
        string[] sources = [.. corpus.Source.Take(11)], references = [.. corpus.Target.Take(11)];
        Assert.Equal(11, record.Plan!.BleuSentences);
        var score = Bleu.Of(model.Translate(sources, team), references, record.Plan.BleuTokenizer!).Score;
        Assert.Equal(score, record.Outcome!.BestBleu);
        Assert.All(record.Validations, report => Assert.NotNull(report.Bleu));
        Assert.Equal(40, Run(Small with { ValidSentences = 0 }).Plan!.BleuSentences);
    }

    [Theory]
    [InlineData("none", "a b .", true)]
    [InlineData("13a", "a b .", false)]
    [InlineData("13a", "a b.", true)]
    [InlineData("13a", "a b", true)]
    [InlineData("13a", "a\u3000b", true)] // an ideographic space alone is no Chinese
    [InlineData("zh", "我 现在 。", true)]
    public void How_BLEU_tokenizes_follows_from_the_references_and_what_the_models_tokenizer_makes_of_them(
        string expected, string line, bool keeps) =>
        Assert.Equal(
            expected, BleuTokenization.Of([line, line, "x"], text => keeps ? text : text.Replace(" .", ".")));

    [Fact]
    public void The_average_of_the_last_checkpoints_is_their_mean()
    {
        var model = TranslationModel.Create(Small, corpus);
        var window = new CheckpointWindow(folder["run"], model.Network, 2);
        var weights = model.Network.Parameters[0];
        foreach (var (update, value) in new[] { (1, 100f), (2, 3f), (3, 7f) })
        {
            weights.Update().Fill(value);
            window.Take(update);
        }
        Assert.Equal([2, 3], window.Updates);
        Assert.Equal(3, Directory.GetFiles(folder["run"]).Length); // the oldest stays until the state is saved
        window.Trim();
        Assert.Equal(
            ["checkpoint-2.safetensors", "checkpoint-3.safetensors"],
            Directory.GetFiles(folder["run"]).Select(Path.GetFileName).Order());
        window.Average();
        Assert.All(weights.Value.ToArray(), value => Assert.Equal(5f, value));
        window.Updates = [];
        window.Trim();
        Assert.Empty(Directory.GetFiles(folder["run"]));
    }

    [Theory]
    [InlineData(0, new[] { 4, 6 })]
    [InlineData(1, new[] { 5, 6 })]
    [InlineData(3, new[] { 3, 6 })]
    public void Checkpoints_are_taken_at_validations_or_every_so_often(int every, int[] expected)
    {
        var record = Run(Small with { Average = 2, CheckpointEvery = every });
        Assert.Equal(2, record.Validations[^1].Averaged);
        Assert.Equal(
            expected.Select(update => $"checkpoint-{update}.safetensors"),
            Directory.GetFiles(folder["model"], "checkpoint-*").Select(path => Path.GetFileName(path)!).Order());
    }

    [Fact]
    public void A_plateau_is_one_of_the_loss_that_training_makes_smaller()
    {
        var record = Run(Small with { Schedule = "plateau" });
        using var state = SafeTensorsFile.Open(folder["model/training_state.safetensors"]);
        var least = (double)JsonNode.Parse(state.Metadata["position"])!["plateauBest"]!;
        Assert.Equal(record.Validations.Min(report => report.Loss.Smoothed), least);
    }

    [Fact]
    public void The_average_is_kept_only_if_it_is_better()
    {
        foreach (var rate in (double[])[0.01, 3])
        {
            var c = Small with { Average = 3, LearningRate = rate, Schedule = "constant" };
            var model = TranslationModel.Create(c, corpus);
            var record = Train(model, new Record());
            var averaged = record.Validations[^1];
            Assert.Equal(
                averaged.IsBest,
                averaged.Loss.Smoothed < record.Validations.SkipLast(1).Min(report => report.Loss.Smoothed));
            new CheckpointWindow(folder["model"], model.Network, 3) { Updates = [2, 4, 6] }.Average();
            Assert.Equal(new Validation(model, corpus, model.Encode(corpus), team).Loss(), averaged.Loss);
            var trained = TranslationModel.Load(folder["model"]);
            Assert.Equal(
                record.Validations.Select(report => report.Loss).MinBy(loss => loss.Smoothed),
                new Validation(trained, corpus, trained.Encode(corpus), team).Loss());
        }
    }

    [Fact]
    public void The_moving_average_is_what_is_validated_and_saved_and_training_goes_on_from_the_weights()
    {
        var plain = Run(Small);
        var model = TranslationModel.Create(Small with { Ema = 0.9 }, corpus);
        var record = Train(model, new Record());
        Assert.Equal(plain.Updates.Select(update => update.Loss), record.Updates.Select(update => update.Loss));
        Assert.NotEqual(plain.Validations[0].Loss, record.Validations[0].Loss);
        Assert.Equal(
            record.Outcome!.BestLoss,
            new Validation(model, corpus, model.Encode(corpus), team).Loss().Plain);
    }

    [Fact]
    public void Feed_forward_networks_have_dropout_of_their_own()
    {
        double Loss(TrainingConfiguration c) => Run(c with { Updates = 1 }).Updates[0].Loss;
        Assert.NotEqual(Loss(Small), Loss(Small with { ActivationDropout = 0.5 }));
        Assert.Equal(Loss(Small), Loss(Small with { ActivationDropout = 0 }));
        var half = Small with { Dropout = 0.5 };
        Assert.Equal(Loss(half), Loss(half with { ActivationDropout = 0.5 }));
        Assert.NotEqual(Loss(half), Loss(half with { ActivationDropout = 0 }));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_removed_is_named()
    {
        Directory.CreateDirectory(folder["run"]);
        var model = TranslationModel.Create(Small, corpus);
        var window = new CheckpointWindow(folder["run"], model.Network, 1);
        window.Take(1);
        File.Delete(folder["run/checkpoint-1.safetensors"]);
        Directory.CreateDirectory(folder["run/checkpoint-1.safetensors"]);
        window.Take(2);
        var message = Assert.Throws<InputException>(window.Trim).Message;
        Assert.Contains("checkpoint-1.safetensors: what is left of another run cannot be removed (", message);
        Assert.EndsWith("); remove it, or choose another folder.", message);
    }

    private Record Run(TrainingConfiguration c) => Train(TranslationModel.Create(c, corpus), new Record());

    private Record Train(TranslationModel model, Record record)
    {
        if (Directory.Exists(folder["model"])) Directory.Delete(folder["model"], recursive: true);
        record.Outcome = new Trainer(model, corpus, corpus, folder["model"], team, record)
            .Run(CancellationToken.None);
        return record;
    }

    private sealed class Record : ITrainingObserver
    {
        public TrainingPlan? Plan { get; private set; }

        public TrainingOutcome? Outcome { get; set; }

        public List<UpdateReport> Updates { get; } = [];

        public List<ValidationReport> Validations { get; } = [];

        public void Started(TrainingPlan plan) => Plan = plan;

        public void Updated(UpdateReport report) => Updates.Add(report);

        public void Validated(ValidationReport report) => Validations.Add(report);
    }
}
