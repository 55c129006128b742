namespace Engine;

/// <summary>
/// Says which rows of a [rows, dModel] matrix form which sequence. In a padded batch every sequence has the same number
/// of rows, and the rows past its length are padding; in a packed batch the sequences follow each other without
/// padding. Attention derives its masks from the layout and stores no mask.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// var packed = SequenceLayout.Packed([3, 2]);          // 3 rows of one sentence, then 2 of another
/// Console.WriteLine($"{packed.Rows} {packed.Start(1)}");    // prints: 5 3
/// var padded = SequenceLayout.Padded(4, [3, 2]);       // 4 rows for each sentence; the last are padding
/// Console.WriteLine($"{padded.Rows} {padded.Start(1)}");    // prints: 8 4
/// ]]></code>
/// </example>
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

    /// <summary>The number of sequences.</summary>
    public int Sequences => lengths.Length;

    /// <summary>The number of rows, padding included.</summary>
    public int Rows => starts[^1];

    /// <summary>The number of rows of the longest sequence, padding included.</summary>
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
    /// A padded batch: each sequence has <paramref name="length"/> rows, and the rows past its own length are padding.
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

    /// <summary>A packed batch: the sequences follow each other without padding.</summary>
    public static SequenceLayout Packed(ReadOnlySpan<int> lengths)
    {
        var starts = new int[lengths.Length + 1];
        for (var i = 0; i < lengths.Length; i++) starts[i + 1] = starts[i] + lengths[i];
        return new SequenceLayout(starts, lengths.ToArray(), int.MaxValue);
    }

    /// <summary>The first row of a sequence.</summary>
    public int Start(int sequence) => starts[sequence];

    /// <summary>The number of rows of a sequence, without padding.</summary>
    public int Length(int sequence) => lengths[sequence];

    /// <summary>The number of rows of a sequence, padding included.</summary>
    public int Extent(int sequence) => starts[sequence + 1] - starts[sequence];
}
