using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry GruEntry = new(
        "Gru",
        "r, z = sigmoid(a + u), n = tanh(a_n + r u_n), h_t = (1 - z) n + z h_(t-1), a = W x_t + b, " +
        "u = U h_(t-1) + c;  dA_n = dH (1 - z) (1 - n^2), dA_z = dH (h_(t-1) - n) z (1 - z), " +
        "dA_r = dA_n u_n r (1 - r), dU_n = r dA_n, else dU = dA, dH_(t-1) = dY_(t-1) + z dH + U^T dU",
        random => RecurrenceSamples.All(random, 3, 1, Gru));

    /// <summary>
    /// The gated recurrent unit (Cho et al. 2014) over sequences of different lengths, step by step, with the reset
    /// gate after the hidden product, as in cuDNN and PyTorch. Its twin is <see cref="RecurrenceTwin.Gru"/>.
    /// </summary>
    /// <param name="projected">a = x Wᵀ + b of all rows, [rows, 3 h] (r, z, n), from one <see cref="Linear"/>.</param>
    /// <param name="weight">U, [3 h, h].</param>
    /// <param name="bias">c, [3 h].</param>
    /// <param name="layout">Which rows form which sequence; padding rows change no state.</param>
    /// <param name="initial">The state before the first step, [sequences, h]; null for zeros.</param>
    /// <param name="reverse">Whether to begin at each sequence's last row.</param>
    /// <returns>The state after each row, [rows, h]; zeros in padding. Saves the states, the gates and u_n.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Gru<T>(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial = null,
        bool reverse = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Recurrence<T, GruCell<T>>.Run(GruEntry, projected, weight, bias, layout, initial, reverse);
}
