using System.Numerics;

namespace Engine.Layers;

/// <summary><see cref="Op.Gru"/> with its parameters: gated recurrent units (Cho et al. 2014).</summary>
public sealed class Gru<T> : Recurrent<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Gru", "h_t = (1 - z) n + z h_(t-1), n = tanh(W_n x_t + b_n + r (U_n h_(t-1) + c_n))",
        random => RecurrentSamples.Of(random, (layers, bidirectional) =>
            new Gru<double>(3, 4, random, layers, bidirectional, 0.2)));

    /// <summary>A network with <paramref name="hidden"/> hidden features in each direction.</summary>
    /// <param name="inputs">The number of features of an input row.</param>
    /// <param name="hidden">The number of features of h, in each direction.</param>
    /// <param name="random">Draws the weights (Xavier uniform).</param>
    /// <param name="layers">The number of layers; each reads the output of the layer before.</param>
    /// <param name="bidirectional">Whether each layer also reads the sequences from the end to the beginning.</param>
    /// <param name="dropout">The probability with which a feature between two layers is dropped in training.</param>
    /// <exception cref="ShapeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dropout probability is not in [0, 1).</exception>
    public Gru(
        int inputs, int hidden, RandomStream random, int layers = 1, bool bidirectional = false, double dropout = 0)
        : base(3, 1, inputs, hidden, random, layers, bidirectional, dropout)
    {
    }

    private protected override Tensor<T> Recur(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial,
        bool reverse) =>
        Op.Gru(projected, weight, bias, layout, initial, reverse);
}
