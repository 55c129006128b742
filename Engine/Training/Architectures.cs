using Engine.Kernels;
using Engine.Models;
using Engine.Text;

namespace Engine.Training;

/// <summary>The architectures that can be trained to translate, by their names in the configuration.</summary>
internal static class Architectures
{
    private const string Transformer = "transformer", Convolution = "conv";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Transformer, "rnn", "gru", "lstm", Convolution];

    /// <summary>A network with random weights.</summary>
    /// <param name="c">Its architecture and sizes.</param>
    /// <param name="source">Tokens of the source vocabulary.</param>
    /// <param name="target">Tokens of the target vocabulary.</param>
    public static TranslationNetwork<float> Create(TrainingConfiguration c, int source, int target)
    {
        var random = new RandomStream(c.Seed);
        return c.Architecture switch
        {
            Transformer => new Transformer<float>(
                new TransformerConfiguration
                {
                    SourceVocabulary = source,
                    TargetVocabulary = target,
                    DModel = c.DModel,
                    DFf = c.DFf,
                    Heads = c.Heads,
                    EncoderLayers = c.Layers,
                    DecoderLayers = c.Layers,
                    Dropout = c.Dropout,
                    NormFirst = c.NormFirst,
                    Activation = c.Activation,
                    Sharing = c.Sharing,
                    Padding = Vocabulary.Pad,
                },
                random),
            Convolution => new ConvolutionalTranslator<float>(
                new ConvolutionalConfiguration
                {
                    SourceVocabulary = source,
                    TargetVocabulary = target,
                    DModel = c.DModel,
                    Heads = c.Heads,
                    EncoderLayers = c.Layers,
                    DecoderLayers = c.Layers,
                    Dropout = c.Dropout,
                    Sharing = c.Sharing,
                    Padding = Vocabulary.Pad,
                    Kernel = c.Kernel,
                },
                random),
            _ => new RecurrentTranslator<float>(
                new RecurrentConfiguration
                {
                    SourceVocabulary = source,
                    TargetVocabulary = target,
                    DModel = c.DModel,
                    Heads = c.Heads,
                    EncoderLayers = c.Layers,
                    DecoderLayers = c.Layers,
                    Dropout = c.Dropout,
                    Sharing = c.Sharing,
                    Padding = Vocabulary.Pad,
                    Kind = Enum.Parse<RecurrentKind>(c.Architecture, ignoreCase: true),
                },
                random),
        };
    }
}
