using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// The keys and values of sequences that are being decoded: each sequence has a stretch of rows of its own with room
/// to grow, so that a step appends one row to each and moves nothing.
/// </summary>
public sealed class KeyValueCache<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int dModel;
    private int sequences, capacity;

    /// <summary>An empty cache for <paramref name="sequences"/> sequences.</summary>
    /// <param name="sequences">How many sequences are decoded side by side.</param>
    /// <param name="dModel">Features of a key and of a value.</param>
    /// <param name="capacity">Rows that a sequence has room for at first.</param>
    public KeyValueCache(int sequences, int dModel, int capacity = 16)
    {
        (this.sequences, this.dModel, this.capacity) = (sequences, dModel, capacity);
        Rows = Tensor<T>.Zeros([sequences * capacity, 2 * dModel]);
    }

    /// <summary>Keys, then values, [sequences · capacity, 2 dModel].</summary>
    public Tensor<T> Rows { get; private set; }

    /// <summary>How many rows each sequence has.</summary>
    public int Length { get; private set; }

    /// <summary>Which rows form which sequence; the room to grow is padding.</summary>
    public SequenceLayout Layout
    {
        get
        {
            var lengths = new int[sequences];
            Array.Fill(lengths, Length);
            return SequenceLayout.Padded(capacity, lengths);
        }
    }

    /// <summary>Adds one row to each sequence.</summary>
    /// <param name="projected">[sequences, ...], with keys and then values from column <paramref name="first"/>
    /// on.</param>
    /// <param name="first">The first column of the keys.</param>
    public void Append(Tensor<T> projected, int first)
    {
        if (Length == capacity) Rearrange([.. Enumerable.Range(0, sequences)], 2 * capacity);
        var (from, width) = (projected.Shape[1], 2 * dModel);
        for (var s = 0; s < sequences; s++)
            projected.Data.Slice((s * from) + first, width).CopyTo(Rows.Span[(((s * capacity) + Length) * width)..]);
        Length++;
    }

    /// <summary>
    /// Keeps the given sequences, in that order; one may appear several times, as the survivors of a beam do.
    /// </summary>
    public void Select(ReadOnlySpan<int> kept) => Rearrange(kept, capacity);

    private void Rearrange(ReadOnlySpan<int> kept, int newCapacity)
    {
        var width = 2 * dModel;
        var rows = Tensor<T>.Zeros([kept.Length * newCapacity, width]);
        for (var i = 0; i < kept.Length; i++)
            Rows.Data.Slice(kept[i] * capacity * width, Length * width).CopyTo(rows.Span[(i * newCapacity * width)..]);
        (Rows, sequences, capacity) = (rows, kept.Length, newCapacity);
    }
}
