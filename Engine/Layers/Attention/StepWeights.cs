using System.Numerics;

namespace Engine.Layers;

/// <summary>The attention weights of a decoding step: of each sequence, in each head, for its rows.</summary>
internal sealed class StepWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] weights = []; // [sequences, heads, columns]
    private int heads, columns;
    private int[] counts = [];

    /// <summary>Begins a step: returns the memory that its weights are to be written to.</summary>
    /// <param name="attended">The rows that each sequence attends to.</param>
    /// <param name="headCount">The number of heads.</param>
    /// <param name="most">The largest number of rows that a sequence attends to.</param>
    /// <returns>[sequences, heads, most].</returns>
    public Span<T> Start(AttendedRows attended, int headCount, int most)
    {
        (heads, columns, counts) = (headCount, most, attended.Counts.ToArray());
        var size = counts.Length * heads * columns;
        if (weights.Length < size) weights = new T[size];
        return weights.AsSpan(0, size);
    }

    /// <summary>
    /// A sequence's weights, averaged over the heads: one for each of the rows that it attends to. Their sum is 1.
    /// </summary>
    public T[] MeanOf(int sequence)
    {
        var means = new T[counts[sequence]];
        for (var t = 0; t < means.Length; t++)
        {
            var sum = T.Zero;
            for (var h = 0; h < heads; h++) sum += weights[(((sequence * heads) + h) * columns) + t];
            means[t] = sum / T.CreateChecked(heads);
        }
        return means;
    }

    /// <summary>Shows an observer the weights of each sequence, [heads, 1, rows].</summary>
    public void Show(TapeObserver<T> observer)
    {
        for (var s = 0; s < counts.Length; s++)
        {
            var own = new T[heads * counts[s]];
            for (var h = 0; h < heads; h++)
                weights.AsSpan(((s * heads) + h) * columns, counts[s]).CopyTo(own.AsSpan(h * counts[s]));
            observer.Saw(ObservedAttention.Weights, [heads, 1, counts[s]], own, s);
        }
    }
}
