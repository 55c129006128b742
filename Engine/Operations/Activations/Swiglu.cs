using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SwigluEntry = new(
        "Swiglu",
        "y = Silu(g) v, s = 1 / (1 + exp(-g));  dG = dY v (s + g s (1 - s)), dV = dY Silu(g)",
        random => GateCases(random, Swiglu));

    /// <summary>
    /// Gated linear unit with <see cref="Silu"/> for the gate, y = SiLU(g) v (Shazeer 2020), as in Llama's feed-forward
    /// networks. Its twin is <c>Silu(gate) * value</c>.
    /// </summary>
    /// <param name="gate">Any shape.</param>
    /// <param name="value">The same shape.</param>
    /// <returns>The shape of both. Saves both.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Swiglu<T>(Tensor<T> gate, Tensor<T> value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gate(SwigluEntry, gate, value, new Swish<T>(T.One), new SwishGradient<T>(T.One));
}
