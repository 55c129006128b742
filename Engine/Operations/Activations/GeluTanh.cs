using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry GeluTanhEntry = new(
        "GeluTanh",
        "y = x P, P = (1 + tanh u) / 2, u = sqrt(2 / pi) (x + 0.044715 x^3);  " +
        "dX = dY (P + x P (1 - P) 2 sqrt(2 / pi) (1 + 3 0.044715 x^2))",
        random => UnaryCases(random, GeluTanh));

    /// <summary>
    /// <see cref="Gelu"/> with its distribution function approximated by tanh, as in GPT-2 and in BERT's first code
    /// (Hendrycks and Gimpel 2016, section 2). It differs from the exact form by less than 5e-4.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> GeluTanh<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Map(GeluTanhEntry, x, default(GeluTanh<T>), default(GeluTanhGradient<T>), ofInput: true);
}
