namespace Engine;

/// <summary>How a convolution slides over the positions of a sequence; what lies outside counts as zero.</summary>
/// <param name="Size">How many positions it looks at.</param>
/// <param name="Stride">From one look to the next.</param>
/// <param name="Before">Zeros before the first position.</param>
/// <param name="After">Zeros after the last position.</param>
/// <param name="Dilation">From one position that it looks at to the next.</param>
public readonly record struct Window(int Size, int Stride = 1, int Before = 0, int After = 0, int Dilation = 1)
{
    /// <summary>
    /// A window of odd size with each position in the middle, so that there are as many results as positions.
    /// </summary>
    public static Window Centered(int size) => new(size, Before: size / 2, After: size / 2);

    /// <summary>A window that ends at each position and so does not see the future.</summary>
    public static Window Causal(int size) => new(size, Before: size - 1);

    /// <summary>How many results a sequence of <paramref name="length"/> positions has.</summary>
    public int Outputs(int length)
    {
        var room = length + Before + After - Reach;
        return length == 0 || room <= 0 ? 0 : ((room - 1) / Stride) + 1;
    }

    /// <summary>Which rows of the results form which sequence.</summary>
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

    /// <summary>From the first position that it looks at to the last.</summary>
    private int Reach => Dilation * (Size - 1);
}
