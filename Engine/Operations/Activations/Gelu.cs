using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry GeluEntry = new(
        "Gelu",
        "y = x Phi(x), Phi(x) = erfc(-x / sqrt(2)) / 2;  dX = dY (Phi(x) + x phi(x))",
        random => UnaryCases(random, Gelu));

    /// <summary>
    /// Gaussian error linear unit, y = x Φ(x) with the normal distribution function Φ, in its exact form by erfc
    /// (Hendrycks and Gimpel 2016).
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Gelu<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(GeluEntry, x, default(Gelu<T>), default(GeluGradient<T>), ofInput: true);
}
