using Engine.Layers;

namespace Engine.Models;

/// <summary>The cases on which the gradients of whole layers and networks are checked.</summary>
internal static class ModelSamples
{
    private static readonly SequenceLayout
        Source = SequenceLayout.Padded(4, [4, 2]), Target = SequenceLayout.Padded(3, [2, 3]);

    private static readonly TransformerConfiguration PostNorm = new()
    {
        SourceVocabulary = 9, TargetVocabulary = 9, DModel = 4, DFf = 9, Heads = 2, EncoderLayers = 1,
        DecoderLayers = 1, Dropout = 0.1,
    };

    private static readonly TransformerConfiguration PreNorm =
        PostNorm with { NormFirst = true, Activation = Activation.Gelu, Dropout = 0 };

    private static readonly TransformerConfiguration[] OfLayers =
    [
        PostNorm, PreNorm, PreNorm with { Normalization = Normalization.Rms },
        PostNorm with { Normalization = Normalization.Batch }, PreNorm with { Normalization = Normalization.Instance },
        PostNorm with { Normalization = Normalization.Group, NormGroups = 2 },
    ];

    public static IEnumerable<GradientCase> EncoderLayer(RandomStream random)
    {
        foreach (var configuration in OfLayers)
        {
            var layer = new EncoderLayer<double>(configuration, random);
            LayerSamples.Randomize(layer);
            yield return new GradientCase(
                NameOf(configuration), [Samples.Normal(random, [8, 4])],
                (_, inputs) => layer.Forward(inputs[0], Source))
            { Module = layer };
        }
    }

    public static IEnumerable<GradientCase> DecoderLayer(RandomStream random)
    {
        foreach (var configuration in OfLayers)
        {
            var layer = new DecoderLayer<double>(configuration, random);
            LayerSamples.Randomize(layer);
            yield return new GradientCase(
                NameOf(configuration), [Samples.Normal(random, [6, 4]), Samples.Normal(random, [8, 4])],
                (_, inputs) => layer.Forward(inputs[0], Target, inputs[1], Source))
            { Module = layer };
        }
    }

    public static IEnumerable<GradientCase> EncoderDecoder(RandomStream random)
    {
        foreach (var configuration in (TransformerConfiguration[])[PostNorm, PreNorm])
        {
            var model = new EncoderDecoder<double>(configuration, random);
            LayerSamples.Randomize(model);
            yield return new GradientCase(
                NameOf(configuration), [Samples.Normal(random, [6, 4]), Samples.Normal(random, [8, 4])],
                (_, inputs) => model.Decode(inputs[0], Target, model.Encode(inputs[1], Source), Source))
            { Module = model };
        }
    }

    public static IEnumerable<GradientCase> Transformer(RandomStream random)
    {
        foreach (var configuration in (TransformerConfiguration[])
            [
                PostNorm, PreNorm with { Sharing = EmbeddingSharing.None },
                PostNorm with { Sharing = EmbeddingSharing.All },
                PostNorm with { Positions = PositionEncoding.Learned, MaximumLength = 4 },
                PostNorm with { Positions = PositionEncoding.Relative },
                PreNorm with { Positions = PositionEncoding.Rotary },
                PreNorm with { Positions = PositionEncoding.None },
                PreNorm with { Normalization = Normalization.Batch },
            ])
        {
            var model = new Transformer<double>(configuration, random);
            LayerSamples.Randomize(model);
            int[] source = [3, 4, 8, 5, 7, 6, 0, 0], target = [2, 4, 0, 2, 7, 5], labels = [4, 3, 0, 7, 5, 3];
            yield return new GradientCase(
                $"{NameOf(configuration)}, tables shared: {configuration.Sharing}, {configuration.Positions}", [],
                (tape, _) =>
                {
                    var memory = model.Encode(tape, source, Source);
                    return Op.CrossEntropy(
                        model.Logits(model.Decode(tape, target, Target, memory, Source)), labels, 0, 0.1);
                })
            { Module = model };
        }
    }

    public static IEnumerable<GradientCase> RecurrentTranslator(RandomStream random)
    {
        foreach (var kind in Enum.GetValues<RecurrentKind>())
        {
            var model = new RecurrentTranslator<double>(
                new RecurrentConfiguration
                {
                    SourceVocabulary = 9, TargetVocabulary = 9, DModel = 4, Heads = 2, EncoderLayers = 1,
                    DecoderLayers = 2, Dropout = 0.1, Kind = kind,
                },
                random);
            yield return Trained($"{kind}", model);
        }
    }

    public static IEnumerable<GradientCase> ConvolutionalTranslator(RandomStream random)
    {
        var model = new ConvolutionalTranslator<double>(
            new ConvolutionalConfiguration
            {
                SourceVocabulary = 9, TargetVocabulary = 9, DModel = 4, Heads = 1, EncoderLayers = 2,
                DecoderLayers = 2, Dropout = 0.1,
            },
            random);
        yield return Trained("two blocks", model);
    }

    public static IEnumerable<GradientCase> SkipGram(RandomStream random)
    {
        var network = new SkipGram<double>(6, 5, random);
        LayerSamples.Randomize(network);
        yield return new GradientCase(
            "three pairs, two random words each", [],
            (tape, _) => network.Loss(tape, [3, 1, 3], [1, 4, 5, 3, 0, 0, 2, 3, 1]))
        { Module = network };
    }

    private static GradientCase Trained(string name, TranslationNetwork<double> model)
    {
        LayerSamples.Randomize(model);
        int[] source = [3, 4, 8, 5, 7, 6, 0, 0], target = [2, 4, 0, 2, 7, 5], labels = [4, 3, 0, 7, 5, 3];
        return new GradientCase(
            name, [],
            (tape, _) => model.Loss(
                model.Decode(tape, target, Target, model.Encode(tape, source, Source), Source), labels, 0.1))
        { Module = model };
    }

    private static string NameOf(TransformerConfiguration configuration) =>
        $"{(configuration.NormFirst ? "pre" : "post")}-norm, {configuration.Normalization}, " +
        $"{configuration.Activation}, dropout {configuration.Dropout}";
}
