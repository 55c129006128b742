namespace Engine;

/// <summary>Visits the innermost rows of a strided view in order; <see cref="Offset"/> is where a row begins.</summary>
internal struct StrideWalk
{
    private readonly Shape shape;
    private readonly Axes strides;
    private readonly int outer;
    private Axes index;

    /// <summary>Starts at the first row. The innermost <paramref name="inner"/> dimensions make up a row.</summary>
    public StrideWalk(Shape shape, Axes strides, int inner = 1)
    {
        this.shape = shape;
        this.strides = strides;
        outer = shape.Rank - inner;
    }

    public int Offset { get; private set; }

    /// <summary>Goes on to the next row; after the last row, to the first row again.</summary>
    public void Next()
    {
        for (var d = outer - 1; d >= 0; d--)
        {
            Offset += strides[d];
            if (++index[d] < shape[d]) return;
            Offset -= shape[d] * strides[d];
            index[d] = 0;
        }
    }
}
