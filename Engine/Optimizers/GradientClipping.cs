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

    /// <summary>The Euclidean norm of all gradients together.</summary>
    public static double Norm<T>(GradientSet<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Math.Sqrt(SumOfSquares<T>(gradients.All));

    /// <summary>The factor that brings gradients of the given norm to at most the maximum norm.</summary>
    public static double Factor(double norm, double maximumNorm) => Math.Min(1, maximumNorm / (norm + NormFloor));

    /// <summary>
    /// Scales all gradients by one factor, so that their common norm is at most <paramref name="maximumNorm"/> and
    /// their direction stays.
    /// </summary>
    /// <returns>The norm before.</returns>
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
    /// The sum of squares, in double over chunks: a long sum of small squares would lose digits in float.
    /// </summary>
    internal static double SumOfSquares<T>(ReadOnlySpan<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int ChunkLength = 1 << 12;
        var total = 0.0;
        for (var start = 0; start < gradients.Length; start += ChunkLength)
            total += double.CreateChecked(
                Reductions.SumOfSquares(gradients.Slice(start, Math.Min(ChunkLength, gradients.Length - start))));
        return total;
    }
}
