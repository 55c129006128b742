using Engine.Decoding;
using Engine.Layers;
using Engine.Models;
using Engine.Tests.Storage;
using Engine.Tests.Training;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Kernels;

/// <summary>Whole models at each vector width that the processor has: the same bits.</summary>
[Collection(Widths.Alone)]
public class ModelWidthTests
{
    private static readonly Dictionary<string, TrainingConfiguration> Models = new()
    {
        ["transformer"] = Small,
        ["transformer, relative"] = Small with
        {
            Positions = PositionEncoding.Relative, AttentionDropout = 0.2, Normalization = Normalization.Rms,
            Activation = Activation.Swiglu, NormFirst = true, Optimizer = "lion",
        },
        ["transformer, rotary"] = Small with
        {
            Positions = PositionEncoding.Rotary, Normalization = Normalization.Group, NormGroups = 3, RDrop = 2,
            Activation = Activation.Gelu, Optimizer = "nadam",
        },
        ["rnn"] = Small with { Architecture = "rnn", Optimizer = "rmsprop" },
        ["gru"] = Small with { Architecture = "gru", Optimizer = "adagrad" },
        ["lstm"] = Small with { Architecture = "lstm", Normalization = Normalization.Instance, Optimizer = "adamw" },
        ["conv"] = Small with { Architecture = "conv", Normalization = Normalization.Batch, Optimizer = "sgd" },
    };

    public static TheoryData<string> Names => new(Models.Keys);

    private static TrainingConfiguration Small => new()
    {
        DModel = 18, DFf = 37, Heads = 3, Layers = 1, Dropout = 0.2, Updates = 3, Epochs = 0, LearningRate = 0.01,
        Warmup = 0, ValidEvery = 3, BatchTokens = 90, ClipNorm = 0.5, LabelSmoothing = 0.1,
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_model_trains_and_translates_with_the_same_bits_at_every_vector_width(string name)
    {
        var toy = Pairs("zh-en");
        Agree(() =>
        {
            var model = TranslationModel.Create(Models[name], toy);
            var loss = Train(model, toy);
            string[] lines = [.. toy.Pairs.Take(5).Select(pair => pair.Source)];
            var translations = model.Translate(lines, new TranslationOptions { Decoder = new BeamOptions() });
            return (Weights(model), loss, string.Join('\n', translations.SelectMany(found => found)));
        });
    }

    [Theory]
    [InlineData("transformer", Pooling.Mean)]
    [InlineData("gru", Pooling.Attention)]
    [InlineData("conv", Pooling.Max)]
    public void A_classifier_trains_with_the_same_bits_at_every_vector_width(string architecture, Pooling pooling)
    {
        var toy = Pairs("sentiment");
        Agree(() =>
        {
            var model = ClassificationModel.Create(
                Small with { Task = "classify", Architecture = architecture, Pooling = pooling, RDrop = 1 },
                toy);
            return (Weights(model), Train(model, toy), "");
        });
    }

    private static void Agree(Func<(float[] Weights, double Loss, string Text)> run)
    {
        var results = Widths.AtEach(run); // 512, 256, 128 bits, and scalar code
        Assert.All(results[0].Weights, weight => Assert.True(float.IsFinite(weight)));
        foreach (var result in results[1..])
        {
            Assert.Equal(results[0].Weights, result.Weights);
            Assert.Equal(results[0].Loss, result.Loss);
            Assert.Equal(results[0].Text, result.Text);
        }
    }

    private static double Train(TextModel model, ParallelCorpus toy)
    {
        using var folder = new TemporaryFolder();
        using var team = new ThreadTeam(1);
        return new Trainer(model, toy, toy, folder["m"], team, new Silence())
            .Run(CancellationToken.None).BestLoss;
    }

    private static ParallelCorpus Pairs(string task) =>
        ParallelCorpus.Of([.. ToyCorpus.Generate(ToyTasks.Create(task), 2000, 1).Train.Take(40)]);

    private static float[] Weights(TextModel model) =>
        [.. model.Network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
}
