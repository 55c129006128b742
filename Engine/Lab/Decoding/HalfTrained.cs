using Engine.Decoding;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>A translator of toy sentences that has not learned all of them: decoders differ on it.</summary>
internal sealed class HalfTrained
{
    private readonly TranslationModel model;
    private readonly ParallelCorpus test;

    /// <summary>Trains a translator.</summary>
    /// <param name="run">Ends the training when the reader wants to stop.</param>
    /// <param name="seed">The seed of text and weights.</param>
    /// <param name="updates">How long it is trained.</param>
    /// <param name="sentences">How many new sentences to decode.</param>
    public HalfTrained(LabRun run, long seed, int updates, int sentences)
    {
        (var train, test) = ToyText.Of("zh-en", run.IsFull ? 2000 : 300, sentences, new RandomStream(seed));
        model = TranslationModel.Create(SmallTraining.Small(seed, "zh-en"), train);
        new SmallTraining(run, model, train, updates).Train(updates);
    }

    /// <summary>The references.</summary>
    public IReadOnlyList<string> References => test.Target;

    /// <summary>Translates the new sentences: each has a list, the best or the first drawn first.</summary>
    public IReadOnlyList<IReadOnlyList<Translation>> Decode(DecodingOptions options) =>
        model.Translate(test.Source, new TranslationOptions { Decoder = options }, new ThreadTeam(1));

    /// <summary>BLEU of a translation of each sentence.</summary>
    public BleuScore Bleu(IEnumerable<string> translations) => Engine.Text.Bleu.Of([.. translations], References);

    /// <summary>
    /// The share of the words of a sentence's other translations that its first one does not have; 0 for a single
    /// one.
    /// </summary>
    public static double Difference(IReadOnlyList<IReadOnlyList<Translation>> translations) =>
        translations.Average(list =>
        {
            var first = Words(list[0].Text).ToHashSet();
            var others = list.Skip(1).SelectMany(other => Words(other.Text)).ToArray();
            return others.Length == 0 ? 0 : others.Count(word => !first.Contains(word)) / (double)others.Length;
        });

    /// <summary>The words of a line.</summary>
    public static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
