using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry GegluEntry = new(
        "Geglu",
        "y = Gelu(g) v;  dG = dY v (Phi(g) + g phi(g)), dV = dY Gelu(g)",
        random => GateCases(random, Geglu));

    /// <summary>
    /// Gated linear unit with <see cref="Gelu"/> for the gate, y = GELU(g) v (Shazeer 2020). Its twin is
    /// <c>Gelu(gate) * value</c>.
    /// </summary>
    /// <param name="gate">Any shape.</param>
    /// <param name="value">The same shape.</param>
    /// <returns>The shape of both. Saves both.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Geglu<T>(Tensor<T> gate, Tensor<T> value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gate(GegluEntry, gate, value, default(Gelu<T>), default(GeluGradient<T>));
}
