using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Splits batches into microbatches. The activations of a microbatch stay in a core's cache, and threads share the
/// microbatches of an update. How a batch is split follows from its shape alone: the number of threads does not change
/// it, and so does not change a bit of the result.
/// </summary>
/// <param name="accumulators">The number of accumulators that share the microbatches.</param>
/// <param name="forwardPasses">How many forward passes the loss makes of each pair.</param>
/// <param name="wholeBatches">
/// Whether each batch is one microbatch: BatchNorm normalizes by the statistics of the whole batch.
/// </param>
internal sealed class Microbatches(int accumulators, int forwardPasses, bool wholeBatches)
{
    /// <summary>About how many tokens a microbatch has, as if its sentences were padded to its longest.</summary>
    public const int Tokens = 512;

    /// <summary>The microbatches of several batches, in the order of the batches.</summary>
    public Batch[] Split(IReadOnlyList<Batch> batches) =>
        wholeBatches ? [.. batches] : [.. batches.SelectMany(Split)];

    private IEnumerable<Batch> Split(Batch batch)
    {
        var tokens = (double)batch.Size * batch.LongestSentence * forwardPasses;
        var count = Math.Clamp((int)Math.Round(tokens / Tokens), 1, batch.Size);
        // Every accumulator gets the same number of microbatches, so that equally fast threads end together.
        if (count > accumulators) count = count / accumulators * accumulators;
        for (var i = 0; i < count; i++)
        {
            var (start, end) = (batch.Size * i / count, batch.Size * (i + 1) / count);
            yield return batch.Slice(start, end - start);
        }
    }
}
