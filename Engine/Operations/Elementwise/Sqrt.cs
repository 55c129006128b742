using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SqrtEntry = new(
        "Sqrt",
        "y = sqrt(x);  dX = dY / (2 y)",
        random => UnaryCases(random, Sqrt, Samples.Positive));

    /// <summary>
    /// y = √x, element by element; NaN below 0.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves y.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Sqrt<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(SqrtEntry, x, default(Sqrt<T>), default(SqrtGradient<T>));
}
