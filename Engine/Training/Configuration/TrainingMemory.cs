using Engine.Layers;

namespace Engine.Training;

/// <summary>The memory that training is expected to take, by its parts, in bytes.</summary>
/// <remarks>
/// An estimate: the peaks of runs with two threads were 203 MB for <c>toy</c> on data/zh-en, where 208 MB were
/// expected, and 693 MB for <c>tiny</c> on 20,006 pairs of Tatoeba, where 620 MB were expected. A validation may take
/// more while a model has not learned to end its sentences, since it then writes translations of the greatest length:
/// that run of <c>tiny</c> took 2.8 GB in its first five minutes.
/// </remarks>
/// <param name="Program">The runtime and the program.</param>
/// <param name="Weights">The weights, the optimizer's numbers and the gradients of all accumulators.</param>
/// <param name="Steps">The tensors of the training steps that threads compute at the same time.</param>
/// <param name="Text">The pairs that are held.</param>
public readonly record struct TrainingMemory(long Program, long Weights, long Steps, long Text)
{
    // A process that has read a text and learned a vocabulary.
    private const long OfProgram = 130_000_000;

    // The pool of a thread keeps the blocks of earlier steps, whose batches had other shapes: the memory doubles about.
    private const int StepsInPool = 2;

    // A pair's lines and ids: about six letters of two bytes and an id of four bytes for each token, and the objects.
    private const long BytesPerToken = 16, BytesPerPair = 200;

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
        return new TrainingMemory(
            OfProgram, sizeof(float) * parameters * copies,
            StepsInPool * sizeof(float) * Math.Min(threads, accumulators) * rows * FeaturesOfRow(c, target),
            (long)(held * ((BytesPerToken * (text.SourceTokens + text.TargetTokens)) + (BytesPerPair * text.Pairs))));
    }

    /// <summary>The numbers that a step keeps of a row of a batch on its way through all layers and back.</summary>
    private static long FeaturesOfRow(TrainingConfiguration c, int target)
    {
        // Of a sublayer: input, normalized input, output and dropout; of attention also queries, keys, values and sums.
        const long Attention = 10, FeedForward = 4;
        var wide = c.Architecture == "transformer" ? 2L * c.DFf : ModelTensors.WidestRow(c);
        var encoder = c.Layers * (((Attention + FeedForward) * c.DModel) + wide);
        if (c.Task == "classify") return encoder;
        var decoder = encoder + (c.Layers * Attention * c.DModel);
        return encoder + decoder + (2L * target); // logits, and their gradients
    }
}
