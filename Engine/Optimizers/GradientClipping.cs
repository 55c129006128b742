using System.Numerics;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>
/// Keeps a step from being thrown off by a batch with unusually large gradients (Pascanu et al. 2013).
/// </summary>
public static class GradientClipping
{
    // Added to the norm as PyTorch does, so that results agree to the last digits.
    private const double NormFloor = 1e-6;

    /// <summary>The Euclidean norm of all gradients together.</summary>
    public static double Norm<T>(GradientSet<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Stretches keep the sum of many small squares accurate in float.
        const int Stretch = 1 << 12;
        var total = 0.0;
        var all = gradients.All;
        for (var start = 0; start < all.Length; start += Stretch)
            total += double.CreateChecked(
                Reductions.SumOfSquares<T>(all.Slice(start, Math.Min(Stretch, all.Length - start))));
        return Math.Sqrt(total);
    }

    /// <summary>What to multiply gradients of the given norm by so that their norm is at most the maximum.</summary>
    public static double Factor(double norm, double maximumNorm) => Math.Min(1, maximumNorm / (norm + NormFloor));

    /// <summary>
    /// Scales all gradients so that their norm is at most <paramref name="maximumNorm"/>; returns the norm before.
    /// </summary>
    public static double ByNorm<T>(GradientSet<T> gradients, double maximumNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var norm = Norm(gradients);
        var factor = Factor(norm, maximumNorm);
        if (factor < 1) Elementwise.Map(default(Multiply<T>), gradients.All, T.CreateChecked(factor), gradients.All);
        return norm;
    }
}
