using Engine.Optimizers;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Makes an update of a tiny model on another thread, so that .NET compiles the code of an update before the first
/// update needs it. Begun before text is read, it saves about a quarter of a second on a second processor.
/// </summary>
public static class Precompilation
{
    // Sentences of every length up to this one need every height of the matrix product's tiles.
    private const int LongestSentence = 12;

    /// <summary>Begins, if there is a second processor, and does not wait.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1) Task.Run(MakeUpdate);
    }

    internal static void MakeUpdate()
    {
        var encoder = new TextEncoder(
            new WordTokenizer(), Vocabulary.Of(Enumerable.Range(0, 36).Select(number => $"{number}")));
        var model = new TranslationModel(
            new TrainingConfiguration { DModel = 64, DFf = 64, Heads = 4, Layers = 1, Dropout = 0.1 },
            encoder, encoder);
        SentencePair[] pairs =
        [
            .. Enumerable.Range(0, LongestSentence).Select(length =>
                new SentencePair([.. Enumerable.Range(5, length)], [.. Enumerable.Range(5, LongestSentence - length)])),
        ];
        using var team = new ThreadTeam(1);
        var adam = new Adam<float>(model.Network.Parameters);
        new TrainingStep(model, adam, new RandomStream(0), team) { ClipNorm = 1 }.Run(new Batch(pairs));
    }
}
