using Engine.Models;
using Engine.Text;
using Engine.Training;

namespace Engine.Bench;

/// <summary>
/// The sizes of the model and of the batch of a benchmark preset. The peers' benchmarks use the same sizes.
/// </summary>
internal sealed record QuickShape(
    int DModel, int DFf, int Heads, int Layers, int Vocabulary, int Batch, int SourceLength, int TargetLength,
    double Dropout)
{
    private const int FirstToken = Text.Vocabulary.End + 1; // the first id after the special tokens

    public static IReadOnlyDictionary<string, QuickShape> Presets { get; } = new Dictionary<string, QuickShape>
    {
        ["toy"] = new(64, 256, 4, 2, 200, 64, 12, 12, 0.1),
        ["tiny"] = new(128, 256, 4, 4, 9712, 256, 16, 16, 0.3),
        ["base"] = new(512, 2048, 8, 6, 8000, 32, 24, 24, 0.1),
    };

    /// <summary>
    /// Creates a post-norm Transformer with final norms, random weights and label smoothing 0.1. One table serves as
    /// source embedding, target embedding and output projection.
    /// </summary>
    public TranslationModel Model()
    {
        var tokens = Enumerable.Range(0, Vocabulary - FirstToken).Select(number => $"{number}");
        var encoder = new TextEncoder(new WordTokenizer(), Text.Vocabulary.Of(tokens));
        return new TranslationModel(
            new TrainingConfiguration
            {
                DModel = DModel, DFf = DFf, Heads = Heads, Layers = Layers, Dropout = Dropout,
                Sharing = EmbeddingSharing.All, LabelSmoothing = 0.1, Seed = 0,
            },
            encoder, encoder);
    }

    /// <summary>
    /// A batch of random tokens. Of the pairs, a quarter each is 0, 1, 2 and 3 tokens shorter than the full length.
    /// </summary>
    public Batch Sentences()
    {
        var random = new RandomStream(1);
        var pairs = new SentencePair[Batch];
        for (var i = 0; i < Batch; i++)
            pairs[i] = new SentencePair(Tokens(SourceLength - 1 - (i % 4)), Tokens(TargetLength - 1 - (i % 4)));
        return new Batch(pairs);

        int[] Tokens(int count) =>
            [.. Enumerable.Range(0, count).Select(_ => FirstToken + random.NextInteger(Vocabulary - FirstToken))];
    }
}
