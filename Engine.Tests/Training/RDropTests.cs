using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Two passes with different dropout that shall agree.</summary>
public sealed class RDropTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ParallelCorpus corpus;

    public RDropTests()
    {
        string[] words = ["one", "two", "three", "four"];
        var lines = Enumerable.Range(0, 16).Select(i => $"{words[i % 4]} {words[i / 4]} {words[i % 3]} .").ToArray();
        File.WriteAllLines(folder["a"], lines);
        File.WriteAllLines(folder["b"], lines.Select((line, i) => i % 2 == 0 ? "good" : "bad"));
        corpus = ParallelCorpus.Read(folder["a"], folder["b"]);
    }

    public static TheoryData<string> Tasks => ["translate", "classify"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Without_dropout_the_passes_agree_and_the_loss_is_that_of_one(string task)
    {
        var (model, batch) = Model(task, dropout: 0);
        var (loss, gradients) = Run(model, batch, model.SummedLoss);
        var (twice, twiceGradients) = Run(model, batch, new RDrop(model, 5).SummedLoss);
        Assert.Equal(loss, twice, 1e-5);
        Close.To(gradients, twiceGradients, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void With_dropout_it_is_half_of_what_the_paper_sums(string task)
    {
        const double Alpha = 3, Smoothing = 0.2;
        var (model, batch) = Model(task, dropout: 0.5);
        var (loss, gradients) = Run(model, batch, new RDrop(model, Alpha).SummedLoss, Smoothing);
        var (expected, expectedGradients) = Run(model, batch, Paper, Smoothing);
        Assert.Equal(expected, loss, 1e-5);
        Close.To(expectedGradients, gradients, 1e-4);
        // Dropout makes the passes differ, so that there is something to weigh.
        Assert.True(loss > Run(model, batch, new RDrop(model, 1e-9).SummedLoss, Smoothing).Loss + 1e-3);

        Tensor<float> Paper(Tape<float> tape, Batch batch, double smoothing, double divisor)
        {
            var (logits, targets) = Predict(model, tape, batch.Twice());
            var rows = targets.Length / 2;
            var (x, z) = (Op.Slice(logits, 0, 0, rows), Op.Slice(logits, 0, rows, rows));
            Tensor<float> Entropy(Tensor<float> x) => Op.CrossEntropy(x, targets[..rows], labelSmoothing: smoothing);
            Tensor<float> Divergence(Tensor<float> x, Tensor<float> z) =>
                Op.KlDivergence(Op.LogSoftmax(z), Op.Softmax(x));
            var sum = Entropy(x) + Entropy(z) + Op.Scale(Divergence(x, z) + Divergence(z, x), Alpha / 2);
            return Op.Scale(sum, 0.5 * batch.TargetTokens / divisor);
        }
    }

    [Fact]
    public void Training_reads_the_option()
    {
        float[] Trained(double alpha)
        {
            var model = TranslationModel.Create(Small("translate") with { RDrop = alpha, Dropout = 0.3 }, corpus);
            using var team = new ThreadTeam(1);
            new TranslationTrainer(model, corpus, corpus, folder["m"], team, new Silence()).Run(CancellationToken.None);
            return [.. model.Network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
        Assert.NotEqual(Trained(0), Trained(2));
        Assert.NotEqual(Trained(2), Trained(4));
        Assert.Equal(Trained(2), Trained(2));
        var error = Assert.Throws<InputException>(() => (Small("translate") with { RDrop = -1 }).Validate());
        Assert.Equal("--r-drop is -1; it must be at least 0.", error.Message);
    }

    private static (Tensor<float> Logits, int[] Targets) Predict(ITrainable model, Tape<float> tape, Batch batch)
    {
        if (model is TranslationModel translation)
        {
            var (rows, targets) = TranslationStep.Rows(translation.Network, tape, batch);
            return (translation.Network.Logits(rows), targets);
        }
        return ((ClassificationModel)model).Predict(tape, batch);
    }

    private static TrainingConfiguration Small(string task) => new()
    {
        Task = task, DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, Updates = 2, Epochs = 0, BatchTokens = 64,
    };

    private (ITrainable Model, Batch Batch) Model(string task, double dropout)
    {
        var c = Small(task) with { Dropout = dropout };
        ITrainable model = task == "translate"
            ? TranslationModel.Create(c, corpus) : ClassificationModel.Create(c, corpus);
        return (model, new Batch([.. model.Encode(corpus)]));
    }

    private static (double Loss, double[] Gradients) Run(
        ITrainable model, Batch batch, TranslationStep.BatchLoss summedLoss, double smoothing = 0.1)
    {
        using var tape = new Tape<float>(Mode.Training, new RandomStream(7));
        var loss = summedLoss(tape, batch, smoothing, 1.5 * batch.TargetTokens);
        var gradients = new GradientSet<float>(model.Network.Parameters);
        tape.Backward(loss, gradients);
        return (loss.Item(), [.. gradients.All.ToArray().Select(x => (double)x)]);
    }
}
