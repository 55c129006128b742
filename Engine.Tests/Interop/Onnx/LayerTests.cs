using Engine.Layers;
using Engine.Models;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Interop;

/// <summary>Graphs compute what networks with random weights compute, for every choice of the configuration.</summary>
public sealed class LayerTests(OnnxFixture fixture) : IClassFixture<OnnxFixture>
{
    private static readonly TrainingConfiguration Small = new()
    {
        DModel = 12, DFf = 20, Heads = 2, Layers = 2, NormGroups = 3, MaxLength = 80, Seed = 5,
    };

    private static readonly (string Name, TrainingConfiguration Configuration)[] Choices =
    [
        .. from normalization in Enum.GetValues<Normalization>()
           from first in (bool[])[false, true]
           select ($"{normalization}, {(first ? "pre" : "post")}-norm",
               Small with { Normalization = normalization, NormFirst = first }),
        .. Enum.GetValues<Activation>().Select(activation => ($"{activation}", Small with { Activation = activation })),
        .. Enum.GetValues<PositionEncoding>().Select(kind => ($"positions {kind}", Small with { Positions = kind })),
        .. Enum.GetValues<EmbeddingSharing>().Select(sharing => (
            $"sharing {sharing}",
            Small with { Sharing = sharing, SourceTokenizer = "char", TargetTokenizer = "char" })),
        .. Enum.GetNames<RecurrentKind>().Select(kind => (kind, Small with { Architecture = kind.ToLowerInvariant() })),
        .. from architecture in (string[])["transformer", "rnn", "gru", "lstm"]
           from pooling in Enum.GetValues<Pooling>()
           select ($"{architecture} classifier, pooling {pooling}",
               Small with { Architecture = architecture, Task = "classify", Pooling = pooling }),
        ("one head, one layer", Small with { Heads = 1, Layers = 1 }),
        ("classifier, instance", Small with { Task = "classify", Normalization = Normalization.Instance }),
        ("classifier, rotary", Small with { Task = "classify", Positions = PositionEncoding.Rotary }),
        ("classifier, learned", Small with { Task = "classify", Positions = PositionEncoding.Learned }),
    ];

    public static TheoryData<string> Names => [.. Choices.Select(choice => choice.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_graph_computes_the_logits_of_its_network(string name)
    {
        var configuration = Choices.Single(choice => choice.Name == name).Configuration;
        var random = new Random(7);
        string[] lines = [.. fixture.Chinese.Take(30).Select(line => random.Next(2) == 0 ? line : line + line)];
        var found = configuration.Task == "classify"
            ? Classify(configuration, name, lines, random)
            : Translate(configuration, name, lines, random);
        Assert.InRange(found.LargestDifference, 0, Comparison.Tolerance);
        Assert.InRange(found.Excused, 0, 1);
    }

    private Comparison Translate(TrainingConfiguration configuration, string name, string[] lines, Random random)
    {
        var model = TranslationModel.Create(
            configuration, ParallelCorpus.Of([.. fixture.Chinese.Zip(fixture.Chinese.Reverse())]));
        Randomize(model.Network, random);
        return Comparison.Of(model, fixture.Export(model, name), lines);
    }

    private Comparison Classify(TrainingConfiguration configuration, string name, string[] lines, Random random)
    {
        var model = ClassificationModel.Create(
            configuration, ParallelCorpus.Of([.. fixture.Chinese.Select((line, i) => (line, $"label {i % 5}"))]));
        Randomize(model.Network, random);
        return Comparison.Of(model, fixture.Export(model, name), lines);
    }

    /// <summary>Moves all weights: biases and normalizations would be 0 and 1 before training.</summary>
    private static void Randomize(Module<float> network, Random random)
    {
        foreach (var parameter in network.Parameters)
        {
            foreach (ref var weight in parameter.Update()) weight += (float)(random.NextDouble() - 0.5) / 2;
        }
        foreach (var (_, buffer) in network.NamedBuffers.Where(named => !named.Value.IsCount))
        {
            foreach (ref var value in buffer.Update()) value += (float)random.NextDouble();
        }
    }
}
