namespace Engine;

/// <summary>
/// Says which rows of a [rows, dModel] matrix form which sequence. In a padded rectangle every sequence has the same
/// number of rows, and those past its length are padding; in a packed batch the sequences follow each other without
/// any. Attention masks follow from it, and none is ever stored.
/// </summary>
public sealed class SequenceLayout
{
    private readonly int[] starts;
    private readonly int[] lengths;

    private SequenceLayout(int[] starts, int[] lengths, int extent)
    {
        this.starts = starts;
        this.lengths = lengths;
        for (var i = 0; i < lengths.Length; i++)
        {
            if (lengths[i] < 0)
                throw new ShapeException($"SequenceLayout: sequence {i} has length {lengths[i]}; " +
                    "it must not be negative.");
            if (lengths[i] > extent)
                throw new ShapeException($"SequenceLayout: sequence {i} has length {lengths[i]}; " +
                    $"it must be in 0 to {extent}.");
        }
    }

    /// <summary>How many sequences there are.</summary>
    public int Sequences => lengths.Length;

    /// <summary>How many rows there are, padding included.</summary>
    public int Rows => starts[^1];

    /// <summary>The most rows of a sequence, padding included.</summary>
    public int LongestExtent
    {
        get
        {
            var longest = 0;
            for (var i = 0; i < Sequences; i++) longest = Math.Max(longest, Extent(i));
            return longest;
        }
    }

    /// <summary>
    /// Sequences side by side in a rectangle of <paramref name="length"/> rows each; the rest is padding.
    /// </summary>
    public static SequenceLayout Padded(int length, ReadOnlySpan<int> lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (var i = 0; i < starts.Length; i++) starts[i] = i * length;
        return new SequenceLayout(starts, lengths.ToArray(), length);
    }

    /// <summary><paramref name="sequences"/> sequences of the same length, without padding.</summary>
    public static SequenceLayout Full(int sequences, int length)
    {
        var lengths = new int[sequences];
        Array.Fill(lengths, length);
        return Padded(length, lengths);
    }

    /// <summary>Sequences that follow each other without padding.</summary>
    public static SequenceLayout Packed(ReadOnlySpan<int> lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (var i = 0; i < lengths.Length; i++) starts[i + 1] = starts[i] + lengths[i];
        return new SequenceLayout(starts, lengths.ToArray(), int.MaxValue);
    }

    /// <summary>The first row of a sequence.</summary>
    public int Start(int sequence) => starts[sequence];

    /// <summary>How many rows of a sequence are real.</summary>
    public int Length(int sequence) => lengths[sequence];

    /// <summary>How many rows a sequence has, padding included.</summary>
    public int Extent(int sequence) => starts[sequence + 1] - starts[sequence];
}
