using Engine.Layers;
using Engine.Models;
using Engine.Text;

namespace Engine.Training;

/// <summary>The architectures that can be trained, by their names in the configuration.</summary>
internal static class Architectures
{
    private const string Transformer = "transformer", Convolution = "conv";

    private static readonly string[] Recurrent = ["rnn", "gru", "lstm"]; // the names of RecurrentKind

    /// <summary>The names of all architectures.</summary>
    public static IReadOnlyList<string> Names { get; } = [Transformer, .. Recurrent, Convolution];

    /// <summary>Whether an architecture is a recurrent network.</summary>
    public static bool IsRecurrent(string name) => Recurrent.Contains(name);

    /// <summary>A network that translates, with random weights.</summary>
    /// <param name="c">The architecture and the sizes.</param>
    /// <param name="source">The number of tokens of the source vocabulary.</param>
    /// <param name="target">The number of tokens of the target vocabulary.</param>
    public static TranslationNetwork<float> Translator(TrainingConfiguration c, int source, int target)
    {
        var random = new RandomStream(c.Seed);
        return c.Architecture switch
        {
            Transformer => new Transformer<float>(OfTransformer(c, source, target), random),
            Convolution => new ConvolutionalTranslator<float>(OfConvolution(c, source, target), random),
            _ => new RecurrentTranslator<float>(OfRecurrence(c, source, target), random),
        };
    }

    /// <summary>A network that labels, with random weights.</summary>
    /// <param name="c">The architecture and the sizes.</param>
    /// <param name="source">The number of tokens of the vocabulary.</param>
    /// <param name="labels">The number of labels.</param>
    public static Classifier<float> Classifier(TrainingConfiguration c, int source, int labels)
    {
        var random = new RandomStream(c.Seed);
        return c.Architecture switch
        {
            Transformer => new TransformerClassifier<float>(OfTransformer(c, source, labels), c.Pooling, random),
            Convolution => new ConvolutionalClassifier<float>(OfConvolution(c, source, labels), c.Pooling, random),
            _ => new RecurrentClassifier<float>(OfRecurrence(c, source, labels), c.Pooling, random),
        };
    }

    /// <summary>The most positions of a network that learns them; other networks have no limit.</summary>
    public static int KnownPositions(TrainingConfiguration c) =>
        c.Architecture == Transformer && c.Positions == PositionEncoding.Learned ? c.MaxLength : int.MaxValue;

    private static TransformerConfiguration OfTransformer(TrainingConfiguration c, int source, int target) => new()
    {
        SourceVocabulary = source,
        TargetVocabulary = target,
        DModel = c.DModel,
        DFf = c.DFf,
        Heads = c.Heads,
        EncoderLayers = c.Layers,
        DecoderLayers = c.Layers,
        Dropout = c.Dropout,
        AttentionDropout = c.AttentionDropout,
        EmbeddingDropout = c.EmbeddingDropout,
        ActivationDropout = c.ActivationDropout,
        NormFirst = c.NormFirst,
        Normalization = c.Normalization,
        NormGroups = c.NormGroups,
        Activation = c.Activation,
        Positions = c.Positions,
        MaximumLength = c.MaxLength,
        Sharing = c.Sharing,
        Padding = Vocabulary.Pad,
    };

    private static ConvolutionalConfiguration OfConvolution(TrainingConfiguration c, int source, int target) => new()
    {
        SourceVocabulary = source,
        TargetVocabulary = target,
        DModel = c.DModel,
        Heads = c.Heads,
        EncoderLayers = c.Layers,
        DecoderLayers = c.Layers,
        Dropout = c.Dropout,
        AttentionDropout = c.AttentionDropout,
        EmbeddingDropout = c.EmbeddingDropout,
        Sharing = c.Sharing,
        Padding = Vocabulary.Pad,
        Kernel = c.Kernel,
    };

    private static RecurrentConfiguration OfRecurrence(TrainingConfiguration c, int source, int target) => new()
    {
        SourceVocabulary = source,
        TargetVocabulary = target,
        DModel = c.DModel,
        Heads = c.Heads,
        EncoderLayers = c.Layers,
        DecoderLayers = c.Layers,
        Dropout = c.Dropout,
        AttentionDropout = c.AttentionDropout,
        EmbeddingDropout = c.EmbeddingDropout,
        Sharing = c.Sharing,
        Padding = Vocabulary.Pad,
        Kind = Enum.Parse<RecurrentKind>(c.Architecture, ignoreCase: true),
    };
}
