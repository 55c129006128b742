using System.Numerics;

namespace Engine;

/// <summary>
/// The angles of <see cref="Op.Rotary"/> as cosines and sines: at position p the pair of features (2i, 2i + 1) turns by
/// p · theta^(-2i / dK). The table grows to the longest sequence that a call has needed.
/// </summary>
public sealed class RotaryAngles<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock growing = new();
    private readonly double theta;

    // For each position dK cosines, each twice, then dK sines, each as -sin, sin: the factors of the kernel Rotate.
    private T[] table = [];

    /// <summary>The angles of a head.</summary>
    /// <param name="dK">The features of a head, an even number.</param>
    /// <param name="theta">About the ratio of the fastest pair's angle to the slowest pair's; 10000 in the
    /// paper.</param>
    /// <exception cref="ShapeException">dK is odd.</exception>
    public RotaryAngles(int dK, double theta = 10000)
    {
        if (dK % 2 != 0)
            throw new ShapeException($"Rotary: a head of {dK} features has one without a partner; " +
                "use an even number, dModel / heads.");
        (DK, this.theta) = (dK, theta);
    }

    /// <summary>The features of a head.</summary>
    public int DK { get; }

    /// <summary>For positions 0 .. length - 1: cosines [dK], then sines [dK], one position after the other.</summary>
    internal ReadOnlySpan<T> Rows(int length)
    {
        var known = table;
        if (known.Length < length * 2 * DK)
        {
            lock (growing) known = table = Compute(Math.Max(length, known.Length / DK)); // at least doubles
        }
        return known;
    }

    private T[] Compute(int length)
    {
        var rows = new T[length * 2 * DK];
        for (var position = 0; position < length; position++)
        {
            for (var i = 0; i < DK; i++)
            {
                var angle = position * Math.Pow(theta, -(i - (i % 2)) / (double)DK);
                var at = (position * 2 * DK) + i;
                rows[at] = T.CreateChecked(Math.Cos(angle));
                rows[at + DK] = T.CreateChecked(i % 2 == 0 ? -Math.Sin(angle) : Math.Sin(angle));
            }
        }
        return rows;
    }
}
