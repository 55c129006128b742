using Engine.Optimizers;
using Engine.Tests.Cli;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A run that diverges keeps its last finite model and state, and says what is true.</summary>
public sealed class DivergenceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(1);
    private readonly ParallelCorpus corpus;

    public DivergenceTests()
    {
        File.WriteAllText(folder["a"], "one two\nthree\n");
        File.WriteAllText(folder["b"], "eins zwei\ndrei\n");
        corpus = ParallelCorpus.Read(folder["a"], folder["b"]);
    }

    private static TrainingConfiguration Small => new()
    {
        DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 4, Epochs = 0, ValidEvery = 2, Warmup = 0,
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_training_with_a_remedy()
    {
        var model = TranslationModel.Create(Small, corpus);
        model.Network.Parameters[0].Update().Fill(float.NaN);
        Assert.Equal(
            "update 1: the loss or its gradient is NaN or infinite; lower TrainingConfiguration.LearningRate (now "
            + "0.003) or lengthen TrainingConfiguration.Warmup; Trainer.DetectsAnomalies names the operation where it "
            + "begins. No model was saved.",
            Diverge(model, new Silence()));
        Assert.False(File.Exists(folder["m/model.safetensors"]));
        Assert.False(File.Exists(folder["m/training_state.safetensors"]));
    }

    [Fact]
    public void A_weight_that_breaks_where_no_loss_shows_it_ends_the_run_and_is_never_saved()
    {
        var model = TranslationModel.Create(Small, corpus);
        string? saved = null;
        var breaking = new RunRecord
        {
            Acts = (3, () =>
            {
                saved = DiskSnapshot.Of(folder["m"]);
                Break(model);
            }),
        };
        Assert.Equal(
            "update 4: the weights of 'source_embedding.weight' are NaN or infinite; lower "
            + "TrainingConfiguration.LearningRate (now 0.003) or lengthen TrainingConfiguration.Warmup; "
            + "Trainer.DetectsAnomalies names the operation where it begins. The best model so far is in "
            + $"{folder["m"]}; Trainer.Resume with a lower TrainingConfiguration.LearningRate goes on from update 2.",
            Diverge(model, breaking));
        Assert.Equal(saved, DiskSnapshot.Of(folder["m"]));
    }

    [Fact]
    public void Every_number_of_a_state_is_looked_at()
    {
        var network = TranslationModel.Create(
            Small with { Normalization = Engine.Layers.Normalization.Batch }, corpus).Network;
        var adam = new Adam<float>(network.Parameters, 0.01);
        var average = new WeightAverage(network, 0.9);
        var state = new TrainingState(network, adam, new ConstantSchedule(0.01, 0), average);
        Assert.Null(state.FirstThatIsNotFinite());
        var (name, weights) = network.NamedParameters[2];
        average.Values[2][0] = float.NaN;
        Assert.Equal($"the moving average of '{name}' is", state.FirstThatIsNotFinite());
        adam.State.First(entry => entry.Slot == "v" && entry.Parameter == weights).Numbers.Span[0] =
            float.PositiveInfinity;
        Assert.Equal($"the optimizer's state 'optimizer.v.{name}' is", state.FirstThatIsNotFinite());
        var statistics = network.NamedBuffers.First(named => !named.Value.IsCount);
        statistics.Value.Update()[0] = float.NaN;
        Assert.Equal($"the statistics '{statistics.Key}' are", state.FirstThatIsNotFinite());
        weights.Update()[^1] = float.NegativeInfinity;
        Assert.Equal($"the weights of '{name}' are", state.FirstThatIsNotFinite());
    }

    [Theory]
    [InlineData(double.NaN, 1, 10)]
    [InlineData(double.PositiveInfinity, 1, 10)]
    [InlineData(1, double.NaN, 10)]
    [InlineData(1, double.PositiveInfinity, 10)]
    [InlineData(1, 1, double.NaN)]
    public void A_result_that_is_no_number_is_never_the_best(double plain, double smoothed, double bleu)
    {
        foreach (var criterion in (string[])["loss", "bleu"])
        {
            var best = new BestModel(Small with { Best = criterion });
            Assert.False(best.Observe(new(new(plain, smoothed), bleu, [])));
            Assert.False(best.Exists);
            Assert.True(best.Observe(new(new(5, 5), 1, []), 7));
            Assert.False(best.Observe(new(new(plain, smoothed), bleu, [])));
            Assert.Equal((true, 7, 5.0), (best.Exists, best.Update, best.Loss.Plain));
        }
    }

    [Fact]
    public void A_validation_without_pairs_is_refused() => Assert.Throws<ArgumentException>(() => new Validation(
        TranslationModel.Create(Small, corpus), ParallelCorpus.Of([]), [], team));

    [Fact]
    public void A_run_whose_only_validation_is_no_number_saves_nothing()
    {
        var model = TranslationModel.Create(Small with { Updates = 1 }, corpus);
        // Finite weights, and an infinite loss.
        var breaking = new RunRecord
        {
            Acts = (1, () =>
            {
                foreach (var parameter in model.Network.Parameters) parameter.Update().Fill(1e30f);
            }),
        };
        Assert.Matches(
            "^update 1: the validation loss is NaN or infinite; .* No model was saved.$", Diverge(model, breaking));
        Assert.False(Assert.Single(breaking.Validations).IsBest);
        Assert.False(File.Exists(folder["m/model.safetensors"]));
        Assert.False(File.Exists(folder["m/training_state.safetensors"]));
    }

    [Fact]
    public void A_gradient_that_is_infinite_ends_the_run_though_its_loss_is_a_number()
    {
        var c = Small with { Task = "classify", DModel = 8, ValidEvery = 1000 };
        var pairs = ParallelCorpus.Of([("one two", "x"), ("three", "y"), ("two", "x"), ("one", "y")]);
        var model = ClassificationModel.Create(c, pairs);
        var record = new RunRecord { Acts = (1, MakeSteep) };
        var failure = Assert.Throws<DivergenceException>(
            () => new Trainer(model, pairs, pairs, folder["m"], team, record).Run(CancellationToken.None));
        Assert.StartsWith("update 2: the loss or its gradient is NaN or infinite;", failure.Message);

        // The last normalization divides small numbers by their deviation and multiplies by a large gain: its output
        // is finite, and its derivative is not.
        void MakeSteep()
        {
            var gains = model.Network.NamedParameters
                .Where(named => named.Key.Contains("norm") && named.Key.EndsWith(".weight")).ToArray();
            foreach (var (_, gain) in gains) gain.Update().Fill(1e-6f);
            foreach (var (_, bias) in model.Network.NamedParameters.Where(named => named.Key.EndsWith("bias")))
                bias.Update().Clear();
            gains[^1].Value.Update().Fill(1e25f);
            foreach (ref var weight in model.Network.NamedParameters.First(named => named.Key == "head.weight")
                .Value.Update()) weight *= 1e14f;
            using var tape = new Tape<float>(Mode.Inference);
            Assert.True(float.IsFinite(model.Loss(tape, new Batch([.. model.Encode(pairs)]), 4).Item()));
        }
    }

    [Fact]
    public void A_run_that_is_stopped_with_broken_weights_keeps_the_state_before()
    {
        var model = TranslationModel.Create(Small, corpus);
        using var stop = new CancellationTokenSource();
        var saved = "";
        var stopped = new RunRecord
        {
            Acts = (3, () =>
            {
                saved = DiskSnapshot.Of(folder["m"]);
                Break(model);
                stop.Cancel();
            }),
        };
        Assert.Throws<DivergenceException>(
            () => new Trainer(model, corpus, corpus, folder["m"], team, stopped).Run(stop.Token));
        Assert.Equal(saved, DiskSnapshot.Of(folder["m"]));
    }

    [Fact]
    public void A_run_that_diverges_before_its_first_save_leaves_the_earlier_run_as_it_was()
    {
        TranslationModel.Create(Small, corpus).Save(folder["m"]);
        File.WriteAllText(folder["m/run.json"], "old");
        var before = DiskSnapshot.Of(folder["m"]);
        var model = TranslationModel.Create(Small, corpus);
        model.Network.Parameters[0].Update().Fill(float.NaN);
        using (var events = new TensorBoardLog(folder["m"]))
        {
            var report = new RunReport(folder["m"], ["train"], []);
            var record = new TrainingRecordOf(events, new LearningCurve(folder["m"]), report);
            var message = Diverge(model, record);
            Assert.EndsWith($"No model was saved; {folder["m"]} still has the earlier run.", message);
            report.Fail(new DivergenceException(message));
        }
        Assert.Equal(before, DiskSnapshot.Of(folder["m"]));
    }

    /// <summary>Breaks the row of the padding token, which no loss reads.</summary>
    private static void Break(TranslationModel model) => model.Network.NamedParameters
        .First(named => named.Key == "source_embedding.weight").Value.Update()[0] = float.NaN;

    private string Diverge(TextModel model, ITrainingObserver observer) =>
        Assert.Throws<DivergenceException>(() =>
            new Trainer(model, corpus, corpus, folder["m"], team, observer).Run(CancellationToken.None)).Message;

    private sealed class TrainingRecordOf(params ITrainingObserver[] observers) : ITrainingObserver
    {
        public void Started(TrainingPlan plan) => Array.ForEach(observers, observer => observer.Started(plan));

        public void FolderTaken() => Array.ForEach(observers, observer => observer.FolderTaken());

        public void Updated(UpdateReport report) => Array.ForEach(observers, observer => observer.Updated(report));

        public void Validated(ValidationReport report) =>
            Array.ForEach(observers, observer => observer.Validated(report));
    }
}
