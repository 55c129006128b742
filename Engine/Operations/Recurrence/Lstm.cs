using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry LstmEntry = new(
        "Lstm",
        "i, f, o = sigmoid(a), g = tanh(a), a = W x_t + b + U h_(t-1) + c, c_t = f c_(t-1) + i g, h_t = o tanh c_t;  " +
        "dC = dC_t + dH o (1 - tanh^2 c_t), dO = dH tanh c_t, dI = dC g, dF = dC c_(t-1), dG = dC i, each times the " +
        "derivative of its function; dC_(t-1) = f dC, dH_(t-1) = dY_(t-1) + U^T dA",
        random => RecurrenceSamples.All(random, 4, 2, Lstm));

    /// <summary>
    /// Long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) over
    /// sequences of different lengths, step by step. Its twin is <see cref="RecurrenceTwin.Lstm"/>.
    /// </summary>
    /// <param name="projected">
    /// a = x Wᵀ + b of all rows, [rows, 4 h] (i, f, g, o), from one <see cref="Linear"/>.
    /// </param>
    /// <param name="weight">U, [4 h, h].</param>
    /// <param name="bias">c, [4 h].</param>
    /// <param name="layout">Which rows form which sequence; padding rows change no state.</param>
    /// <param name="initial">The state before the first step, [sequences, 2 h] (h, c); null for zeros.</param>
    /// <param name="reverse">Whether to begin at each sequence's last row.</param>
    /// <returns>The state after each row, [rows, 2 h] (h, c); zeros in padding. Saves the states and the
    /// gates.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Lstm<T>(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial = null,
        bool reverse = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Recurrence<T, LstmCell<T>>.Run(LstmEntry, projected, weight, bias, layout, initial, reverse);
}
