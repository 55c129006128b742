using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ReluEntry = new(
        "Relu",
        "y = max(0, x);  dX = dY [x > 0]",
        random => UnaryCases(random, Relu, Samples.AwayFromZero));

    /// <summary>
    /// Rectified linear unit, y = max(0, x), element by element (Nair and Hinton 2010). At 0 the derivative is
    /// taken as 0.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves y.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Relu<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(ReluEntry, x, default(Relu<T>), default(ReluGradient<T>));
}
