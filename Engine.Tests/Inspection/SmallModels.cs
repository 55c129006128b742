using Engine.Layers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Inspection;

/// <summary>Small models with random weights, of every architecture, that read a few Chinese sentences.</summary>
internal static class SmallModels
{
    private static readonly (string Source, string Target)[] Pairs =
    [
        ("我爱你", "i love you"), ("他们很忙", "they are busy"), ("我们喝茶", "we drink tea"),
        ("你看见老虎", "you see a tiger"), ("我现在喝茶", "i drink tea now"), ("老虎爱我们", "the tiger loves us"),
    ];

    /// <summary>What can be built: an architecture, for a transformer its positions, and the task.</summary>
    public static TheoryData<string> Names =>
    [
        .. Enum.GetNames<PositionEncoding>().Select(positions => $"transformer {positions} translate"),
        "rnn translate", "gru translate", "lstm translate", "conv translate", "transformer Rotary classify",
        "gru classify", "conv classify",
    ];

    public static TextModel Create(string name)
    {
        var words = name.Split(' ');
        var configuration = new TrainingConfiguration
        {
            Architecture = words[0], Task = words[^1], DModel = 16, DFf = 24, Heads = 2, Layers = 2, Seed = 3,
            Pooling = words[0] == "gru" ? Engine.Models.Pooling.Attention : Engine.Models.Pooling.Mean,
            Positions = words.Length == 3 ? Enum.Parse<PositionEncoding>(words[1]) : PositionEncoding.Sinusoidal,
        };
        return words[^1] == "classify"
            ? ClassificationModel.Create(
                configuration,
                ParallelCorpus.Of([.. Pairs.Select((pair, i) => (pair.Source, i % 2 == 0 ? "up" : "down"))]))
            : TranslationModel.Create(configuration, ParallelCorpus.Of(Pairs));
    }
}
