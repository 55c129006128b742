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
        var c = Small(task);
        var (loss, gradients) = Run(Model(c));
        var (ofTwoPasses, gradientsOfTwoPasses) = Run(Model(c with { RDrop = 5 }));
        Assert.Equal(loss, ofTwoPasses, 1e-5);
        Close.To(gradients, gradientsOfTwoPasses, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void With_dropout_it_is_half_of_what_the_paper_sums(string task)
    {
        const double Alpha = 3, Smoothing = 0.2;
        var c = Small(task) with { Dropout = 0.5, LabelSmoothing = Smoothing };
        var (loss, gradients) = Run(Model(c with { RDrop = Alpha }));
        var (expected, expectedGradients) = Run(Model(c), Paper);
        Assert.Equal(expected, loss, 1e-5);
        Close.To(expectedGradients, gradients, 1e-4);
        // Dropout makes the passes differ, so that there is a divergence to weigh.
        Assert.True(loss > Run(Model(c with { RDrop = 1e-9 })).Loss + 1e-3);

        static Tensor<float> Paper(TextModel model, Tape<float> tape, Batch batch, double divisor)
        {
            var (logits, targets) = Predict(model, tape, batch.Twice());
            var rows = targets.Length / 2;
            var (x, z) = (Op.Slice(logits, 0, 0, rows), Op.Slice(logits, 0, rows, rows));
            Tensor<float> Entropy(Tensor<float> x) => Op.CrossEntropy(x, targets[..rows], labelSmoothing: Smoothing);
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
            new Trainer(model, corpus, corpus, folder["m"], team, new Silence()).Run(CancellationToken.None);
            return [.. model.Network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
        Assert.NotEqual(Trained(0), Trained(2));
        Assert.NotEqual(Trained(2), Trained(4));
        Assert.Equal(Trained(2), Trained(2));
        var error = Assert.Throws<InputException>(() => (Small("translate") with { RDrop = -1 }).Validate());
        Assert.Equal("TrainingConfiguration.RDrop is -1; it must be at least 0 and below 1000000.", error.Message);
    }

    private static (Tensor<float> Logits, int[] Targets) Predict(TextModel model, Tape<float> tape, Batch batch) =>
        model is TranslationModel translation
            ? (translation.Network.Logits(translation.Forward(tape, batch)), batch.TargetOutput)
            : (((ClassificationModel)model).Forward(tape, batch), ClassificationModel.LabelsOf(batch));

    private static TrainingConfiguration Small(string task) => new()
    {
        Task = task, DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, Updates = 2, Epochs = 0, BatchTokens = 64,
    };

    private TextModel Model(TrainingConfiguration c) =>
        c.Task == "translate" ? TranslationModel.Create(c, corpus) : ClassificationModel.Create(c, corpus);

    private (double Loss, double[] Gradients) Run(
        TextModel model, Func<TextModel, Tape<float>, Batch, double, Tensor<float>>? lossOf = null)
    {
        var batch = new Batch([.. model.Encode(corpus)]);
        using var tape = new Tape<float>(Mode.Training, new RandomStream(7));
        var divisor = 1.5 * batch.TargetTokens;
        var loss = lossOf is null ? model.Loss(tape, batch, divisor) : lossOf(model, tape, batch, divisor);
        var gradients = new GradientSet<float>(model.Network.Parameters);
        tape.Backward(loss, gradients);
        return (loss.Item(), [.. gradients.All.ToArray().Select(x => (double)x)]);
    }
}
