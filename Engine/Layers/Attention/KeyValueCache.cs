using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// The keys and values of sequences that are being decoded. Each step appends one row for each sequence, and no row
/// moves afterwards. A sequence is a list of row indices: the hypotheses of a beam share the rows of a common
/// beginning.
/// </summary>
public sealed class KeyValueCache<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape;
    private readonly int dModel;
    private int used;

    /// <summary>An empty cache for <paramref name="sequences"/> sequences.</summary>
    /// <param name="tape">The tape that owns the cache's memory; the cache is valid as long as the tape.</param>
    /// <param name="sequences">The number of sequences that are decoded together.</param>
    /// <param name="dModel">The number of features of a key, and of a value.</param>
    /// <param name="capacity">The initial capacity for each sequence, in rows; the cache grows when it is full.</param>
    public KeyValueCache(Tape<T> tape, int sequences, int dModel, int capacity = AttendedRows.InitialCapacity)
    {
        (this.tape, this.dModel) = (tape, dModel);
        Rows = tape.Allocate([sequences * capacity, 2 * dModel]);
        Attended = AttendedRows.Growing(sequences);
    }

    /// <summary>The number of rows that each sequence has.</summary>
    public int Length { get; private set; }

    /// <summary>The number of sequences.</summary>
    public int Sequences => Attended.Sequences;

    /// <summary>[allocated rows, 2 dModel]: the keys, then the values.</summary>
    internal Tensor<T> Rows { get; private set; }

    /// <summary>Which rows belong to which sequence.</summary>
    internal AttendedRows Attended { get; }

    /// <summary>Adds one row to each sequence.</summary>
    /// <param name="projected">
    /// [sequences, columns]: the keys from column <paramref name="first"/> on, then the values.
    /// </param>
    /// <param name="first">The first column of the keys.</param>
    /// <exception cref="ShapeException">
    /// The number of rows is not the number of sequences, or there are too few columns.
    /// </exception>
    public void Append(Tensor<T> projected, int first)
    {
        var (from, width) = (projected.Shape[^1], 2 * dModel);
        if (projected.Shape.Rank != 2 || projected.Shape[0] != Sequences || first < 0 || first + width > from)
            throw new ShapeException($"KeyValueCache: {projected.Shape} must have a row for each of the " +
                $"{Sequences} sequences, with {width} columns of keys and values from column {first} on.");
        if (used + Sequences > Rows.Shape[0])
        {
            var larger = tape.Allocate([Math.Max(2 * Rows.Shape[0], used + Sequences), width]);
            Rows.Span[..(used * width)].CopyTo(larger.Span);
            tape.Free(Rows);
            Rows = larger;
        }
        var source = projected.Data;
        var target = Rows.Span[(used * width)..];
        for (var s = 0; s < Sequences; s++) source.Slice((s * from) + first, width).CopyTo(target[(s * width)..]);
        Attended.Append(used);
        used += Sequences;
        Length++;
    }

    /// <summary>
    /// Keeps the sequences with the given indices, in the given order. An index may occur several times: a hypothesis
    /// of a beam can have several continuations.
    /// </summary>
    public void Select(ReadOnlySpan<int> kept) => Attended.Select(kept);
}
