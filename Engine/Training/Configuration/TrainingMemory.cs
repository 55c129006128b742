using Engine.Layers;

namespace Engine.Training;

/// <summary>The memory that training is expected to take, by its parts, in bytes.</summary>
/// <remarks>
/// An estimate. Peaks of runs with two threads that a validation ends, and what is expected:
/// <list type="table">
/// <item><c>toy</c> on data/zh-en: 203 MB, expected 234 MB</item>
/// <item><c>tiny</c> on 20,006 pairs of Tatoeba: 693 MB, expected 747 MB</item>
/// <item><c>toy</c> on 50 MB of German and English: 762 MB with characters, 584 MB with words and 639 MB with byte-pair
/// encoding, expected 784, 698 and 709 MB</item>
/// <item><c>tiny</c> on half of that text: 1,651 MB with characters and 909 MB with byte-pair encoding, expected 1,616
/// and 912 MB</item>
/// </list>
/// A validation of more than 500 sentences may take more while a model has not learned to end them, since it then
/// writes translations of the greatest length: <c>tiny</c> on Tatoeba took 2.8 GB in its first five minutes.
/// </remarks>
/// <param name="Program">The runtime and the program.</param>
/// <param name="Weights">The weights, the optimizer's numbers and the gradients of all accumulators.</param>
/// <param name="Steps">The tensors of the training steps that threads compute at the same time, and of the translations
/// of a validation.</param>
/// <param name="Text">The pairs that are held.</param>
public readonly record struct TrainingMemory(long Program, long Weights, long Steps, long Text)
{
    // A process that has read a text and learned a vocabulary.
    private const long OfProgram = 130_000_000;

    // The pool of a thread keeps the blocks of earlier steps, whose batches had other shapes: the memory doubles about.
    private const int StepsInPool = 2;

    // The objects of a pair's lines and ids, and their places in lists.
    private const long BytesPerPair = 200;

    // The garbage collector lets unused objects grow with the objects that are held.
    private const double Uncollected = 1.2;

    // Lines are about this much longer than the mean, by the tokens of a batch; a translation may become twice as long.
    private const double LongLine = 1.2, LongTranslation = 2;

    // The most validation sentences that are counted, which is what engine train sets aside; and how much the blocks of
    // their translations take, for each of their keys and values, in batches of many shapes.
    private const int Validated = 500, TranslationsInPool = 3;

    /// <summary>All parts together.</summary>
    public long Total => Program + Weights + Steps + Text;

    /// <summary>The estimate for a run.</summary>
    /// <param name="c">The sizes, the optimizer and the batches.</param>
    /// <param name="text">The text that is held.</param>
    /// <param name="source">The number of tokens of the source vocabulary.</param>
    /// <param name="target">The number of tokens of the target vocabulary, or of labels.</param>
    /// <param name="threads">The threads that compute.</param>
    public static TrainingMemory Of(TrainingConfiguration c, TextSize text, int source, int target, int threads)
    {
        ArgumentNullException.ThrowIfNull(c);
        ArgumentNullException.ThrowIfNull(text);
        var isWhole = c.Normalization == Normalization.Batch;
        var parameters = (long)ModelTensors.Of(c, source, target).Sum(tensor => tensor.Copies * tensor.Elements);
        var accumulators = GradientAccumulators.CountFor(parameters, isWhole, c.Accumulators);
        var copies = 1 + OptimizerChoice.SlotsOf(c) + accumulators + (c.Ema > 0 ? 1 : 0);
        var rows = isWhole ? c.BatchTokens : Math.Min(c.BatchTokens, Microbatches.Tokens);
        var held = c.Window > 0 ? Math.Min(1, (double)c.Window / text.Pairs) : 1;
        var length = (double)text.LongerTokens / text.Pairs;
        return new TrainingMemory(
            OfProgram, sizeof(float) * parameters * copies,
            (long)(sizeof(float)
                * ((StepsInPool * Math.Min(threads, accumulators) * rows * FeaturesOfRow(c, target, LongLine * length))
                    + (TranslationsInPool * NumbersOfTranslations(c, LongTranslation * length)))),
            (long)(Uncollected * held * ((sizeof(char) * text.Characters)
                + (sizeof(int) * (text.SourceTokens + text.TargetTokens)) + (BytesPerPair * text.Pairs))));
    }

    /// <summary>The keys and values of the translations of a validation.</summary>
    private static double NumbersOfTranslations(TrainingConfiguration c, double length) =>
        c.Task == "classify" || c.Architecture != "transformer" ? 0
        : Math.Min(c.ValidSentences > 0 ? c.ValidSentences : Validated, Validated) * length * 2 * c.DModel * c.Layers;

    /// <summary>The numbers that a step keeps of a row of a batch on its way through all layers and back.</summary>
    private static double FeaturesOfRow(TrainingConfiguration c, int target, double length)
    {
        // Of a sublayer: input, normalized input, output and dropout; of attention also queries, keys, values and sums.
        const long Attention = 10, FeedForward = 4;
        // Of each head: the weights of all positions, the same after dropout, and their gradients.
        var weights = c.Architecture == "transformer" ? 3 * c.Heads * length : 0;
        var wide = c.Architecture == "transformer" ? 2L * c.DFf : ModelTensors.WidestRow(c);
        var encoder = c.Layers * (((Attention + FeedForward) * c.DModel) + wide + weights);
        if (c.Task == "classify") return encoder;
        var decoder = encoder + (c.Layers * ((Attention * c.DModel) + weights));
        return encoder + decoder + (2L * target); // logits, and their gradients
    }
}
