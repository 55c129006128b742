using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// Sums of squares of numbers of any magnitude. The squares of floats above 1.8e19 are infinite, and the squares of
/// floats below 1e-23 are 0 or have few digits. A sum that this spoils is computed again, with wider or scaled numbers;
/// every other sum keeps the bits of <see cref="Reductions.SumOfSquares"/>.
/// </summary>
internal static class Squares
{
    /// <summary>Σ x² in double. Of doubles the sum can still be infinite or 0; see <see cref="Scaled"/>.</summary>
    public static double Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var plain = Reductions.SumOfSquares(x);
        if (IsOrdinary(plain) || IsAllZero(x)) return double.CreateChecked(plain);
        var sum = 0.0;
        foreach (var number in x)
        {
            var wide = double.CreateChecked(number);
            sum += wide * wide;
        }
        return sum;
    }

    /// <summary>
    /// Σ (power x)², where <paramref name="power"/> is 1 if Σ x² is an ordinary number, and else the power of two that
    /// brings the largest |x| near 1. NaN and infinity in x give NaN and infinity.
    /// </summary>
    /// <param name="x">The numbers.</param>
    /// <param name="power">The factor of each x.</param>
    /// <param name="smallCount">Whether squares that are too small for T count; false where the caller adds a number
    /// beside which they vanish.</param>
    public static T Scaled<T>(ReadOnlySpan<T> x, out T power, bool smallCount = true)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        power = T.One;
        var sum = Reductions.SumOfSquares(x);
        if (IsOrdinary(sum) || (!smallCount && T.IsFinite(sum)) || IsAllZero(x)) return sum;
        power = PowerFor(x);
        sum = T.Zero;
        foreach (var number in x) sum += number * power * (number * power);
        return sum;
    }

    /// <summary>The power of two, as far as T has it, that brings the largest magnitude into [1, 2).</summary>
    public static T PowerFor<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var largest = T.Zero;
        foreach (var number in x) largest = T.Max(largest, T.Abs(number));
        if (!T.IsFinite(largest) || largest == T.Zero) return T.One;
        // 1 / power must be a normal number too.
        var limit = typeof(T) == typeof(float) ? 126 : 1022;
        return T.ScaleB(T.One, -Math.Clamp(T.ILogB(largest), -limit, limit));
    }

    /// <summary>
    /// Whether a sum of squares is finite, and so large that the squares which T rounds to 0 do not count beside it.
    /// </summary>
    public static bool IsOrdinary<T>(T sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        sum >= T.ScaleB(T.One, typeof(T) == typeof(float) ? -100 : -960) && T.IsFinite(sum);

    // Gradients of words that a batch lacks: whole chunks of zeros are common, and this pass over them is fast.
    private static bool IsAllZero<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reductions.SumOfMagnitudes(x) == T.Zero;
}
