using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SoftplusEntry = new(
        "Softplus",
        "y = ln(1 + exp(x));  dX = dY / (1 + exp(-x))",
        random => UnaryCases(random, Softplus));

    /// <summary>
    /// y = ln(1 + eˣ), a smooth ReLU whose derivative is the sigmoid (Dugas et al. 2001). Computed as
    /// max(x, 0) + ln(1 + e^-|x|): it neither overflows for large x nor loses the digits of small results.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Softplus<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(SoftplusEntry, x, default(Softplus<T>), default(SoftplusGradient<T>), ofInput: true);
}
