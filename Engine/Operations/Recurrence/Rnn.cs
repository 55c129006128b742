using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry RnnEntry = new(
        "Rnn",
        "h_t = tanh(a_t + U h_(t-1) + c), a_t = W x_t + b;  dA_t = dH_t (1 - h_t^2), dH_(t-1) = dY_(t-1) + U^T dA_t, " +
        "dU = sum dA_t h_(t-1)^T, dC = sum dA_t",
        random => RecurrenceSamples.All(random, 1, 1, Rnn));

    /// <summary>
    /// The simple recurrent network (Elman 1990) over sequences of different lengths, step by step. Its twin is
    /// <see cref="RecurrenceTwin.Rnn"/>.
    /// </summary>
    /// <param name="projected">a = x Wᵀ + b of all rows, [rows, h], from one <see cref="Linear"/>.</param>
    /// <param name="weight">U, [h, h].</param>
    /// <param name="bias">c, [h].</param>
    /// <param name="layout">Which rows form which sequence; padding rows change no state.</param>
    /// <param name="initial">The state before the first step, [sequences, h]; null for zeros.</param>
    /// <param name="reverse">Whether to begin at each sequence's last row.</param>
    /// <returns>The state after each row, [rows, h]; zeros in padding. Saves the states.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Rnn<T>(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial = null,
        bool reverse = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Recurrence<T, RnnCell<T>>.Run(RnnEntry, projected, weight, bias, layout, initial, reverse);
}
