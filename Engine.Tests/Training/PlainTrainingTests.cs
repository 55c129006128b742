using Engine.Optimizers;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The fast training beside its reference implementation, the plain loop.</summary>
public class PlainTrainingTests
{
    public static TheoryData<string> Names => new(Architectures.Names);

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 16, Heads = 2, Layers = 1, LearningRate = 0.01, Warmup = 5, ClipNorm = 0.1,
        // Some gradients are zero but for rounding, such as that of a bias before a softmax. A large epsilon keeps Adam
        // from making whole steps of rounding errors.
        Epsilon = 1e-3,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_of_many_microbatches_has_the_gradients_of_the_plain_loop(string architecture)
    {
        var c = Small with { Architecture = architecture, Dropout = 0 };
        var (model, batch) = (Model(c), Pairs(400));
        var (loss, gradients) = new PlainTraining(model.Network, c).Gradients(batch);
        using var team = new ThreadTeam(2);
        var step = new TrainingStep(
            model, new Sgd<float>(model.Network.Parameters, 0), new RandomStream(1), team);
        Assert.Equal(loss, step.Run(batch).Loss, 1e-5 * loss);
        Close.To(Doubles(gradients), Doubles(step.Gradients), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_updates_are_those_of_the_plain_loop_dropout_and_clipping_included(string architecture)
    {
        var c = Small with { Architecture = architecture, Dropout = 0.3 };
        var (fast, plain) = (Model(c), Model(c));
        using var team = new ThreadTeam(1);
        var adam = new Adam<float>(fast.Network.Parameters, 0, c.Beta1, c.Beta2, c.Epsilon);
        var schedule = new InverseSquareRootSchedule(c.LearningRate, c.Warmup);
        var step = new TrainingStep(fast, adam, new RandomStream(c.Seed).Fork(1).Fork(0), team)
        {
            ClipNorm = c.ClipNorm,
        };
        var loop = new PlainTraining(plain.Network, c);
        for (var update = 1; update <= 8; update++)
        {
            var batch = Pairs(20 + update); // few enough for one microbatch, whose dropout both draw alike
            adam.LearningRate = schedule.At(update);
            var result = step.Run(batch);
            Assert.True(result.GradientNorm > c.ClipNorm, "there is a norm to clip");
            Assert.Equal(loop.Update(batch), result.Loss, 1e-5 * result.Loss);
            Close.To(Weights(plain), Weights(fast), 1e-5);
        }
    }

    [Fact]
    public void A_run_of_the_trainer_has_the_validation_losses_of_the_plain_loop()
    {
        using var folder = new TemporaryFolder();
        var c = Small with { Dropout = 0.1, Epochs = 8, BatchTokens = 128, ValidEvery = 3 };
        string[] words = ["one", "two", "three", "four", "five"];
        var lines = Enumerable.Range(0, 60).Select(i => $"{words[i % 5]} {words[i / 5 % 5]} {words[i / 25]}");
        var corpus = ParallelCorpus.Of([.. lines.Select(line => (line, line.ToUpperInvariant()))]);
        var (train, valid) = corpus.HoldOut(10, 1);
        var (fast, plain) = (TranslationModel.Create(c, train), TranslationModel.Create(c, train));
        var expected = new PlainTraining(plain.Network, c).Run(plain.Encode(train), plain.Encode(valid)).ToArray();
        using var team = new ThreadTeam(2);
        var record = new Losses();
        new Trainer(fast, train, valid, folder["m"], team, record).Run(CancellationToken.None);
        Assert.True(expected.Length >= 3, "several validations");
        Assert.InRange(record.Found.Count - expected.Length, 0, 1); // the trainer also validates at its end
        foreach (var (validation, found) in expected.Zip(record.Found))
        {
            Assert.Equal(validation.Update, found.Update);
            Assert.Equal(validation.Loss, found.Loss, 1e-4);
        }
    }

    private static TranslationModel Model(TrainingConfiguration c)
    {
        var encoder = new TextEncoder(
            new WordTokenizer(), Vocabulary.Of(Enumerable.Range(0, 9).Select(number => $"{number}")));
        return new TranslationModel(c, encoder, encoder);
    }

    private static Batch Pairs(int count)
    {
        var random = new RandomStream(count);
        int[] Sentence() => [.. Samples.Indices(random, 3 + random.NextInteger(12), 9).Select(token => token + 4)];
        return new Batch([.. Enumerable.Range(0, count).Select(_ => new SentencePair(Sentence(), Sentence()))]);
    }

    private static double[] Weights(TranslationModel model) =>
        [.. model.Network.Parameters.SelectMany(parameter => parameter.Value.ToArray()).Select(w => (double)w)];

    private static double[] Doubles(GradientSet<float> gradients) =>
        [.. gradients.All.ToArray().Select(gradient => (double)gradient)];

    private sealed class Losses : ITrainingObserver
    {
        public List<(int Update, double Loss)> Found { get; } = [];

        public void Started(TrainingPlan plan)
        {
        }

        public void Updated(UpdateReport report)
        {
        }

        public void Validated(ValidationReport report) => Found.Add((report.Update, report.Loss.Plain));
    }
}
