using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// <see cref="Op.Lstm"/> with its parameters: long short-term memory (Hochreiter and Schmidhuber 1997). The forget
/// gate's bias starts at 1, so that an untrained network keeps most of its cell state (Gers et al. 2000).
/// </summary>
public sealed class Lstm<T> : Recurrent<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Lstm", "h_t = o tanh c_t, c_t = f c_(t-1) + i g",
        random => RecurrentSamples.Of(random, (layers, bidirectional) =>
            new Lstm<double>(3, 4, random, layers, bidirectional, 0.2)));

    /// <summary>A network with <paramref name="hidden"/> hidden features in each direction.</summary>
    /// <param name="inputs">The number of features of an input row.</param>
    /// <param name="hidden">The number of features of h, in each direction.</param>
    /// <param name="random">Draws the weights (Xavier uniform).</param>
    /// <param name="layers">The number of layers; each reads the output of the layer before.</param>
    /// <param name="bidirectional">Whether each layer also reads the sequences from the end to the beginning.</param>
    /// <param name="dropout">The probability with which a feature between two layers is dropped in training.</param>
    /// <exception cref="ShapeException">A size is less than 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The dropout probability is not in [0, 1).</exception>
    public Lstm(
        int inputs, int hidden, RandomStream random, int layers = 1, bool bidirectional = false, double dropout = 0)
        : base(4, 2, inputs, hidden, random, layers, bidirectional, dropout)
    {
        foreach (var (name, parameter) in NamedParameters)
        {
            if (name.StartsWith("bias_ih", StringComparison.Ordinal))
                parameter.Update().Slice(hidden, hidden).Fill(T.One);
        }
    }

    private protected override Tensor<T> Recur(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial,
        bool reverse) =>
        Op.Lstm(projected, weight, bias, layout, initial, reverse);
}
