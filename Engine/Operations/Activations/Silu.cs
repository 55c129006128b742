using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SiluEntry = new(
        "Silu",
        "y = x s, s = 1 / (1 + exp(-x));  dX = dY (s + x s (1 - s))",
        random => UnaryCases(random, Silu));

    /// <summary>
    /// Sigmoid linear unit, y = x σ(x) (Elfwing et al. 2018): <see cref="Swish{T}(Tensor{T}, double)"/> at β = 1.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Silu<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(SiluEntry, x, new Swish<T>(T.One), new SwishGradient<T>(T.One), ofInput: true);
}
