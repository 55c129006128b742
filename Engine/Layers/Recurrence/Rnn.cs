using System.Numerics;

namespace Engine.Layers;

/// <summary><see cref="Op.Rnn"/> with its parameters: the simple recurrent network (Elman 1990).</summary>
public sealed class Rnn<T> : Recurrent<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Rnn", "h_t = tanh(W x_t + b + U h_(t-1) + c)",
        random => RecurrentSamples.Of(random, (layers, bidirectional) =>
            new Rnn<double>(3, 4, random, layers, bidirectional, 0.2)));

    /// <summary>A network with <paramref name="hidden"/> hidden features in each direction.</summary>
    /// <param name="inputs">The number of features of an input row.</param>
    /// <param name="hidden">The number of features of h, in each direction.</param>
    /// <param name="random">Draws the weights (Xavier uniform).</param>
    /// <param name="layers">The number of layers; each reads the output of the layer before.</param>
    /// <param name="bidirectional">Whether each layer also reads the sequences from the end to the beginning.</param>
    /// <param name="dropout">The probability with which a feature between two layers is dropped in training.</param>
    /// <exception cref="ShapeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dropout probability is not in [0, 1).</exception>
    public Rnn(
        int inputs, int hidden, RandomStream random, int layers = 1, bool bidirectional = false, double dropout = 0)
        : base(1, 1, inputs, hidden, random, layers, bidirectional, dropout)
    {
    }

    private protected override Tensor<T> Recur(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial,
        bool reverse) =>
        Op.Rnn(projected, weight, bias, layout, initial, reverse);
}
