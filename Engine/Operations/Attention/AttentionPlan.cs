using Engine.Kernels;

namespace Engine;

/// <summary>What an observer of attention is given: the sizes, and all weights.</summary>
/// <param name="plan">Where the weights of a sequence and head are.</param>
/// <param name="weights">P of every sequence and head.</param>
public delegate void AttentionObserver(AttentionPlan plan, Array weights);

/// <summary>The sizes of one use of attention, and where each sequence's and head's weights lie.</summary>
public sealed class AttentionPlan
{
    // In memory a query's row of weights is padded to whole vectors; an observer is given them without.
    private readonly int[] offsets, paddedOffsets;

    internal AttentionPlan(SequenceLayout queries, SequenceLayout keys, int heads, int dModel, bool causal)
    {
        (Queries, Keys, Heads, DModel, Causal) = (queries, keys, heads, dModel, causal);
        offsets = new int[queries.Sequences + 1];
        paddedOffsets = new int[queries.Sequences + 1];
        for (var s = 0; s < queries.Sequences; s++)
        {
            var size = (long)queries.Extent(s) * RowStride(s);
            if (paddedOffsets[s] + (heads * size) > int.MaxValue)
                throw new ShapeException(
                    $"Attention: the weights of {heads} heads for {queries.Extent(s)} queries and {keys.Length(s)} " +
                    "keys are too many for one tensor; shorten the sequences or use smaller batches.");
            offsets[s + 1] = offsets[s] + (heads * queries.Extent(s) * keys.Length(s));
            paddedOffsets[s + 1] = paddedOffsets[s] + (int)(heads * size);
            LargestSize = Math.Max(LargestSize, heads * (int)size);
        }
    }

    /// <summary>Which query rows form which sequence.</summary>
    public SequenceLayout Queries { get; }

    /// <summary>Which key rows form which sequence.</summary>
    public SequenceLayout Keys { get; }

    /// <summary>How many heads there are.</summary>
    public int Heads { get; }

    /// <summary>The columns of all heads together.</summary>
    public int DModel { get; }

    /// <summary>The columns of one head.</summary>
    public int DK => DModel / Heads;

    /// <summary>Whether the future is hidden.</summary>
    public bool Causal { get; }

    /// <summary>How many weights there are in all.</summary>
    public int WeightCount => offsets[^1];

    /// <summary>The first of the [queries, keys] weights of a sequence and head.</summary>
    public int OffsetOf(int sequence, int head) =>
        offsets[sequence] + (head * Queries.Extent(sequence) * Keys.Length(sequence));

    /// <summary>How many numbers the weights take with their padding.</summary>
    internal int PaddedCount => paddedOffsets[^1];

    /// <summary>The most numbers that the weights of one sequence take with their padding.</summary>
    internal int LargestSize { get; }

    /// <summary>From one query's row to the next, in memory.</summary>
    internal int RowStride(int sequence) => AttentionKernel<float>.Stride(Keys.Length(sequence));

    /// <summary>Where the padded rows of a sequence's first head begin; those of the others follow.</summary>
    internal int PaddedOffsetOf(int sequence) => paddedOffsets[sequence];

    /// <summary>The weights without their padding.</summary>
    internal T[] WithoutPadding<T>(ReadOnlySpan<T> padded)
    {
        var weights = new T[WeightCount];
        for (var s = 0; s < Queries.Sequences; s++)
        {
            var (keys, rows) = (Keys.Length(s), Heads * Queries.Extent(s)); // all heads lie one below the other
            for (var row = 0; row < rows; row++)
                padded.Slice(paddedOffsets[s] + (row * RowStride(s)), keys)
                    .CopyTo(weights.AsSpan(offsets[s] + (row * keys)));
        }
        return weights;
    }
}
