using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ExpEntry = new(
        "Exp",
        "y = exp(x);  dX = dY y",
        random => UnaryCases(random, Exp));

    /// <summary>
    /// y = eˣ, element by element.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves y.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Exp<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(ExpEntry, x, default(Exp<T>), default(Multiply<T>));
}
