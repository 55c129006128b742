using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SigmoidEntry = new(
        "Sigmoid",
        "y = 1 / (1 + exp(-x));  dX = dY y (1 - y)",
        random => UnaryCases(random, Sigmoid));

    /// <summary>
    /// y = σ(x) = 1 / (1 + e⁻ˣ), element by element.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves y.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Sigmoid<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(SigmoidEntry, x, default(Sigmoid<T>), default(SigmoidGradient<T>));
}
