using System.Numerics;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Limits the gradients, so that one batch with unusually large gradients cannot spoil the parameters (Pascanu et al.
/// 2013).
/// </summary>
public static class GradientClipping
{
    // PyTorch adds this number to the norm; with it, results agree to the last digits.
    private const double NormFloor = 1e-6;

    /// <summary>
    /// The Euclidean norm of all gradients together, whatever their magnitude: no square overflows or is lost. NaN if a
    /// gradient is NaN; infinite if a gradient is infinite.
    /// </summary>
    public static double Norm<T>(GradientSet<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var squares = SumOfSquares<T>(gradients.All);
        if (Squares.IsOrdinary(squares)) return Math.Sqrt(squares);
        var scaled = double.CreateChecked(Squares.Scaled<T>(gradients.All, out var power)); // only doubles come here
        return Math.Sqrt(scaled) / double.CreateChecked(power);
    }

    /// <summary>The factor that brings gradients of the given norm to at most the maximum norm.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The norm is not finite, or the maximum is not above 0.</exception>
    public static double Factor(double norm, double maximumNorm)
    {
        if (!(maximumNorm > 0))
            throw new ArgumentOutOfRangeException(
                nameof(maximumNorm), maximumNorm, "GradientClipping: the maximum norm must be above 0.");
        if (!double.IsFinite(norm))
            throw new ArgumentOutOfRangeException(
                nameof(norm), norm, "GradientClipping: a gradient is NaN or infinite, and no factor mends it. Leave " +
                "out the step, or find the operation that made it with Tape.DetectsAnomalies.");
        return Math.Min(1, maximumNorm / (norm + NormFloor));
    }

    /// <summary>
    /// Scales all gradients by one factor, so that their common norm is at most <paramref name="maximumNorm"/> and
    /// their direction stays.
    /// </summary>
    /// <returns>The norm before.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A gradient is NaN or infinite, or the maximum is not above 0. The
    /// gradients stay as they are.</exception>
    public static double ByNorm<T>(GradientSet<T> gradients, double maximumNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var norm = Norm(gradients);
        var factor = Factor(norm, maximumNorm);
        if (factor < 1) InPlace.Multiply(gradients.All, T.CreateChecked(factor));
        return norm;
    }

    /// <summary>
    /// Clamps every element of the gradients to ±<paramref name="maximum"/>. Their direction may change. NaN stays NaN.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is not above 0.</exception>
    public static void ByValue<T>(GradientSet<T> gradients, double maximum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!(maximum > 0))
            throw new ArgumentOutOfRangeException(
                nameof(maximum), maximum, "GradientClipping.ByValue: the maximum must be above 0.");
        Elementwise.Map(new Clamp<T>(T.CreateChecked(maximum)), gradients.All, gradients.All);
    }

    /// <summary>
    /// The sum of squares, in double over chunks: a long sum of small squares would lose digits in float. For floats of
    /// any magnitude it is exact to float's digits.
    /// </summary>
    internal static double SumOfSquares<T>(ReadOnlySpan<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int ChunkLength = 1 << 12;
        var total = 0.0;
        for (var start = 0; start < gradients.Length; start += ChunkLength)
            total += Squares.Sum(gradients.Slice(start, Math.Min(ChunkLength, gradients.Length - start)));
        return total;
    }
}
