using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// The keys and values of sequences that are being decoded. A step appends one row for each sequence below those of
/// the steps before, and nothing moves again: a sequence is a list of rows, and sequences with a common beginning, as
/// the hypotheses of a beam, share its rows.
/// </summary>
public sealed class KeyValueCache<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tape<T> tape;
    private readonly int dModel;
    private int used;

    /// <summary>An empty cache for <paramref name="sequences"/> sequences.</summary>
    /// <param name="tape">Whose memory it takes, and with which it ends.</param>
    /// <param name="sequences">How many sequences are decoded side by side.</param>
    /// <param name="dModel">Features of a key and of a value.</param>
    /// <param name="capacity">Rows for each of these sequences that there is room for at first; more hypotheses will
    /// want more.</param>
    public KeyValueCache(Tape<T> tape, int sequences, int dModel, int capacity = AttendedRows.FirstRoom)
    {
        (this.tape, this.dModel) = (tape, dModel);
        Rows = tape.Allocate([sequences * capacity, 2 * dModel]);
        Attended = AttendedRows.Growing(sequences);
    }

    /// <summary>How many rows each sequence has.</summary>
    public int Length { get; private set; }

    /// <summary>How many sequences there are.</summary>
    public int Sequences => Attended.Sequences;

    /// <summary>Keys, then values, [room, 2 dModel].</summary>
    internal Tensor<T> Rows { get; private set; }

    /// <summary>Which rows belong to which sequence.</summary>
    internal AttendedRows Attended { get; }

    /// <summary>Adds one row to each sequence.</summary>
    /// <param name="projected">[sequences, ...], with keys and then values from column <paramref name="first"/>
    /// on.</param>
    /// <param name="first">The first column of the keys.</param>
    /// <exception cref="ShapeException">There is not one row for each sequence, or it has too few columns.</exception>
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
    /// Keeps the given sequences, in that order; one may appear several times, as the survivors of a beam do.
    /// </summary>
    public void Select(ReadOnlySpan<int> kept) => Attended.Select(kept);
}
