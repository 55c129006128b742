using Engine.Models;
using Engine.Optimizers;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Takes a step of a model of a few numbers, so that the code of a step is compiled by the time it is wanted: begun
/// before text is read, it takes a second processor a quarter of a second, and the run's first update comes that much
/// earlier.
/// </summary>
public static class WarmUp
{
    // A sentence of each of these lengths asks for every height of the matrix product's tiles.
    private const int LongestSentence = 12, Vocabulary = 40;

    /// <summary>Begins; there is nothing to wait for.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1) Task.Run(TakeStep);
    }

    internal static void TakeStep()
    {
        var random = new RandomStream(0);
        var network = new Transformer<float>(
            new TransformerConfiguration
            {
                SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary, DModel = 64, DFf = 64, Heads = 4,
                EncoderLayers = 1, DecoderLayers = 1, Dropout = 0.1,
            },
            random);
        SentencePair[] pairs =
        [
            .. Enumerable.Range(0, LongestSentence).Select(length =>
                new SentencePair([.. Enumerable.Range(5, length)], [.. Enumerable.Range(5, LongestSentence - length)])),
        ];
        using var team = new ThreadTeam(1);
        var step = new TranslationStep(network, new Adam<float>(network.Parameters), 0.1, 1, random, team);
        step.Run(new Batch(pairs));
    }
}
