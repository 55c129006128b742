using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// The attention weights of the last decoding step, of each sequence for its memory rows, averaged over the heads.
/// </summary>
internal sealed class StepWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T[] means = [];
    private int stride;
    private int[] counts = [];

    /// <summary>Begins a step: returns the memory that its weights are to be written to.</summary>
    /// <param name="attended">The rows that each sequence attends to.</param>
    /// <param name="most">The largest number of rows that a sequence attends to.</param>
    /// <returns>[sequences, most].</returns>
    public Span<T> Start(AttendedRows attended, int most)
    {
        (stride, counts) = (most, attended.Counts.ToArray());
        if (means.Length < counts.Length * stride) means = new T[counts.Length * stride];
        return means.AsSpan(0, counts.Length * stride);
    }

    /// <summary>The weights of a sequence, one for each of its memory rows. Their sum is 1.</summary>
    public ReadOnlySpan<T> Of(int sequence) => means.AsSpan(sequence * stride, counts[sequence]);
}
