namespace Engine;

/// <summary>The window of a convolution over the positions of a sequence; positions outside count as zero.</summary>
/// <param name="Size">The taps: the positions that one result depends on.</param>
/// <param name="Stride">The distance from one result's window to the next.</param>
/// <param name="Before">The number of zeros before the first position.</param>
/// <param name="After">The number of zeros after the last position.</param>
/// <param name="Dilation">The distance from one tap to the next.</param>
public readonly record struct Window(int Size, int Stride = 1, int Before = 0, int After = 0, int Dilation = 1)
{
    /// <summary>
    /// A window of odd size around each position, so that the numbers of results and of positions are equal.
    /// </summary>
    public static Window Centered(int size) => new(size, Before: size / 2, After: size / 2);

    /// <summary>A window that ends at each position, so that a result does not depend on later positions.</summary>
    public static Window Causal(int size) => new(size, Before: size - 1);

    /// <summary>The number of results of a sequence of <paramref name="length"/> positions.</summary>
    public int Outputs(int length)
    {
        var room = length + Before + After - Reach;
        return length == 0 || room <= 0 ? 0 : ((room - 1) / Stride) + 1;
    }

    /// <summary>The layout of the results of sequences with this layout.</summary>
    public SequenceLayout Over(SequenceLayout layout)
    {
        if (Stride == 1 && Before + After == Reach) return layout;
        var lengths = new int[layout.Sequences];
        var isPadded = false;
        for (var s = 0; s < lengths.Length; s++)
        {
            lengths[s] = Outputs(layout.Length(s));
            isPadded |= layout.Extent(s) > layout.Length(s);
        }
        return isPadded
            ? SequenceLayout.Padded(Outputs(layout.LongestExtent), lengths)
            : SequenceLayout.Packed(lengths);
    }

    /// <summary>The distance from the first tap to the last.</summary>
    private int Reach => Dilation * (Size - 1);
}
