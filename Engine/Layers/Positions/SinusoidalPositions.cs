using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Positions as sines and cosines of geometrically spaced frequencies (Vaswani et al. 2017, section 3.5):
/// PE(pos, 2i) = sin(pos / 10000^(2i / dModel)), PE(pos, 2i + 1) = cos of the same angle.
/// </summary>
public sealed class SinusoidalPositions<T>(int dModel) : IPositions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock growing = new();
    private T[] table = [];

    /// <summary>The vectors of positions 0 .. length - 1, [length, dModel].</summary>
    public ReadOnlySpan<T> Rows(int length)
    {
        var known = table;
        if (known.Length < length * dModel)
        {
            lock (growing) known = table = Compute(Math.Max(length, 2 * known.Length / dModel));
        }
        return known.AsSpan(0, length * dModel);
    }

    /// <summary>Returns the position vector of each row of a layout, also for padding.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="first">The position of each sequence's first row; above 0 in a decoding step.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Forward(Tape<T> tape, SequenceLayout layout, int first = 0)
    {
        var rows = Rows(first + layout.LongestExtent);
        var y = tape.Allocate([layout.Rows, dModel]);
        for (var s = 0; s < layout.Sequences; s++)
            rows.Slice(first * dModel, layout.Extent(s) * dModel).CopyTo(y.Span[(layout.Start(s) * dModel)..]);
        return y;
    }

    private T[] Compute(int length)
    {
        var rows = new T[length * dModel];
        for (var position = 0; position < length; position++)
        {
            for (var i = 0; i < dModel; i++)
            {
                var angle = position * Math.Exp(-Math.Log(10000) * (i - (i % 2)) / dModel);
                rows[(position * dModel) + i] = T.CreateChecked(i % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle));
            }
        }
        return rows;
    }
}
