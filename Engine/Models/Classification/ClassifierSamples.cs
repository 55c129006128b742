using Engine.Layers;

namespace Engine.Models;

/// <summary>The cases on which the gradients of classifiers are checked: each pooling, with padding.</summary>
internal static class ClassifierSamples
{
    public static IEnumerable<GradientCase> Transformer(RandomStream random) =>
        Of(Enum.GetValues<Pooling>(), pooling => new TransformerClassifier<double>(
            new TransformerConfiguration
            {
                SourceVocabulary = 9, TargetVocabulary = 3, DModel = 4, DFf = 5, Heads = 2, EncoderLayers = 1,
                DecoderLayers = 0, Dropout = 0.1,
            },
            pooling, random));

    public static IEnumerable<GradientCase> Recurrent(RandomStream random) =>
        Of(Enum.GetValues<Pooling>(), pooling => new RecurrentClassifier<double>(
            new RecurrentConfiguration
            {
                SourceVocabulary = 9, TargetVocabulary = 3, DModel = 4, Heads = 1, EncoderLayers = 1,
                DecoderLayers = 0, Kind = RecurrentKind.Gru,
            },
            pooling, random));

    public static IEnumerable<GradientCase> Convolutional(RandomStream random) =>
        Of([Pooling.Mean], pooling => new ConvolutionalClassifier<double>(
            new ConvolutionalConfiguration
            {
                SourceVocabulary = 9, TargetVocabulary = 3, DModel = 4, Heads = 1, EncoderLayers = 2,
                DecoderLayers = 0, Dropout = 0.1,
            },
            pooling, random));

    private static IEnumerable<GradientCase> Of(Pooling[] poolings, Func<Pooling, Classifier<double>> create)
    {
        var layout = SequenceLayout.Padded(4, [4, 2]);
        int[] tokens = [3, 4, 8, 5, 7, 6, 0, 0];
        foreach (var pooling in poolings)
        {
            var model = create(pooling);
            LayerSamples.Randomize(model);
            yield return new GradientCase(
                $"pooling: {pooling}", [], (tape, _) => Op.CrossEntropy(model.Logits(tape, tokens, layout), [2, 0]))
            { Module = model };
        }
    }
}
