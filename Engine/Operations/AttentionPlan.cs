using Engine.Kernels;

namespace Engine.Operations;

/// <summary>What an observer of attention is given: the sizes, and all weights.</summary>
/// <param name="plan">Where the weights of a sequence and head are.</param>
/// <param name="weights">P of every sequence and head.</param>
public delegate void AttentionObserver(AttentionPlan plan, Array weights);

/// <summary>The sizes of one use of attention, and where each sequence's and head's weights lie.</summary>
public sealed class AttentionPlan
{
    private readonly int[] offsets;

    internal AttentionPlan(SequenceLayout queries, SequenceLayout keys, int heads, int dModel, bool causal)
    {
        (Queries, Keys, Heads, DModel, Causal) = (queries, keys, heads, dModel, causal);
        offsets = new int[queries.Sequences + 1];
        for (var s = 0; s < queries.Sequences; s++)
        {
            var size = queries.Extent(s) * RowStride(s);
            offsets[s + 1] = checked(offsets[s] + (heads * size));
            LargestSize = Math.Max(LargestSize, size);
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

    internal int LargestSize { get; }

    /// <summary>From one query's weights to the next query's; more than there are keys, in whole vectors.</summary>
    public int RowStride(int sequence) => AttentionKernel<float>.Stride(Keys.Length(sequence));

    /// <summary>The first weight of a sequence and head; its rows follow <see cref="RowStride"/> apart.</summary>
    public int OffsetOf(int sequence, int head) => offsets[sequence] + (head * Queries.Extent(sequence) * RowStride(sequence));
}
