using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry TanhEntry = new(
        "Tanh",
        "y = tanh(x);  dX = dY (1 - y^2)",
        random => UnaryCases(random, Tanh));

    /// <summary>
    /// y = tanh x, element by element.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves y.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Tanh<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(TanhEntry, x, default(Tanh<T>), default(TanhGradient<T>));
}
