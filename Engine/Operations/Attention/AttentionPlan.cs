using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>The sizes of one use of attention, and the places of each sequence's and head's weights.</summary>
internal sealed class AttentionPlan
{
    // The weights of 8 heads of a sequence of 512 tokens; 8 MB of float.
    private const int MostWeightsAtOnce = 1 << 21;

    // In memory, a query's row of weights is padded to a multiple of 16. An observer receives the rows without padding.
    private readonly int[] offsets, paddedOffsets;

    public AttentionPlan(SequenceLayout queries, SequenceLayout keys, int heads, int dModel, bool causal)
    {
        (Queries, Keys, Heads, DModel, Causal) = (queries, keys, heads, dModel, causal);
        offsets = new int[queries.Sequences + 1];
        paddedOffsets = new int[queries.Sequences + 1];
        for (var s = 0; s < queries.Sequences; s++)
        {
            var size = (long)queries.Extent(s) * RowStride(s);
            if (paddedOffsets[s] + (heads * size) > PinnedMemory.Longest)
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

    /// <summary>The number of heads.</summary>
    public int Heads { get; }

    /// <summary>The columns of all heads together.</summary>
    public int DModel { get; }

    /// <summary>The columns of one head.</summary>
    public int DK => DModel / Heads;

    /// <summary>Whether query i sees keys 0 .. i only.</summary>
    public bool Causal { get; }

    /// <summary>The number of all weights.</summary>
    public int WeightCount => offsets[^1];

    /// <summary>The index of the first weight of a sequence and head; its weights are [queries, keys].</summary>
    public int OffsetOf(int sequence, int head) =>
        offsets[sequence] + (head * Queries.Extent(sequence) * Keys.Length(sequence));

    /// <summary>The size of all weights in memory, padding included.</summary>
    public int PaddedCount => paddedOffsets[^1];

    /// <summary>The size in memory of the weights of the largest sequence, padding included.</summary>
    public int LargestSize { get; }

    /// <summary>
    /// The number of heads whose weights are in memory at a time where no weights are kept: all heads, or one if the
    /// weights of all heads of the largest sequence would take much memory.
    /// </summary>
    public int HeadsAtOnce => LargestSize <= MostWeightsAtOnce ? Heads : 1;

    /// <summary>The distance in memory from a query's row to the next.</summary>
    public int RowStride(int sequence) => AttentionKernel<float>.Stride(Keys.Length(sequence));

    /// <summary>Where the padded rows of a sequence begin; the heads' rows follow each other.</summary>
    public int PaddedOffsetOf(int sequence) => paddedOffsets[sequence];

    /// <summary>Shows an observer the weights of each sequence, [heads, queries, keys].</summary>
    public void Show<T>(TapeObserver<T> observer, ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var s = 0; s < Queries.Sequences; s++)
        {
            Shape shape = [Heads, Queries.Extent(s), Keys.Length(s)];
            observer.Saw("weights", shape, weights.Slice(offsets[s], shape.Elements), s);
        }
    }

    /// <summary>The weights without their padding.</summary>
    public T[] WithoutPadding<T>(ReadOnlySpan<T> padded)
    {
        var weights = new T[WeightCount];
        for (var s = 0; s < Queries.Sequences; s++)
        {
            var (keys, rows) = (Keys.Length(s), Heads * Queries.Extent(s)); // the rows of all heads
            for (var row = 0; row < rows; row++)
                padded.Slice(paddedOffsets[s] + (row * RowStride(s)), keys)
                    .CopyTo(weights.AsSpan(offsets[s] + (row * keys)));
        }
        return weights;
    }
}
