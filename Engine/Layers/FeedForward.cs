using System.Diagnostics;
using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Position-wise feed-forward network (Vaswani et al. 2017, section 3.3): y = f(x W1ᵀ + b1) W2ᵀ + b2, with parameters
/// of <c>linear1</c> and <c>linear2</c>. Gated networks (Shazeer 2020) are y = (f(x W1ᵀ) · x W3ᵀ) W2ᵀ, without biases,
/// with parameters of <c>w1</c>, <c>w2</c> and <c>w3</c>. Three matrices in place of two make a gated network of
/// 2/3 dFf as large as a plain network of dFf. In training, dropout is applied before the last map.
/// </summary>
public sealed class FeedForward<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer FeedForward",
        "y = dropout(f(x W1^T + b1)) W2^T + b2, or gated y = dropout(f(x W1^T) (x W3^T)) W2^T",
        LayerSamples.FeedForward);

    private readonly Linear<T> first, last;
    private readonly Linear<T>? value;
    private readonly Activation activation;
    private readonly double dropout;

    /// <summary>A network from dModel features to dFf and back.</summary>
    /// <param name="dModel">The number of features of a row.</param>
    /// <param name="dFf">The number of features between the maps.</param>
    /// <param name="random">Draws the weights (Xavier uniform).</param>
    /// <param name="activation">f, and whether the network is gated.</param>
    /// <param name="dropout">The probability with which a feature between the maps is dropped in training.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The dropout probability is not in [0, 1), or the activation is not defined.
    /// </exception>
    public FeedForward(
        int dModel, int dFf, RandomStream random, Activation activation = Activation.Relu, double dropout = 0)
    {
        DropoutProbability.Check(dropout);
        if (!Enum.IsDefined(activation))
            throw new ArgumentOutOfRangeException(
                nameof(activation), activation,
                $"FeedForward: the activation must be one of {string.Join(", ", Enum.GetNames<Activation>())}.");
        (this.activation, this.dropout) = (activation, dropout);
        var isGated = activation is Activation.Glu or Activation.Geglu or Activation.Swiglu;
        first = Add(
            isGated ? "w1" : "linear1",
            new Linear<T>(dModel, dFf, random, bias: !isGated, relu: activation == Activation.Relu));
        last = Add(isGated ? "w2" : "linear2", new Linear<T>(dFf, dModel, random, bias: !isGated));
        if (isGated) value = Add("w3", new Linear<T>(dModel, dFf, random, bias: false));
    }

    /// <inheritdoc/>
    /// <param name="x">[rows, dModel].</param>
    /// <returns>[rows, dModel].</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        using var module = Enter(x);
        var hidden = first.Forward(x); // [rows, dFf]
        hidden = value is null ? Activate(hidden) : Gate(hidden, value.Forward(x)); // [rows, dFf]
        return last.Forward(Op.Dropout(hidden, dropout)); // [rows, dModel]
    }

    private Tensor<T> Activate(Tensor<T> x) => activation switch
    {
        Activation.Relu => x, // Linear has applied ReLU already, in the same pass
        Activation.Gelu => Op.Gelu(x),
        Activation.GeluTanh => Op.GeluTanh(x),
        Activation.Silu => Op.Silu(x),
        Activation.LeakyRelu => Op.LeakyRelu(x),
        Activation.Elu => Op.Elu(x),
        Activation.Softplus => Op.Softplus(x),
        Activation.Tanh => Op.Tanh(x),
        Activation.Sigmoid => Op.Sigmoid(x),
        _ => throw new UnreachableException(),
    };

    private Tensor<T> Gate(Tensor<T> gate, Tensor<T> value) => activation switch
    {
        Activation.Glu => Op.Glu(gate, value),
        Activation.Geglu => Op.Geglu(gate, value),
        Activation.Swiglu => Op.Swiglu(gate, value),
        _ => throw new UnreachableException(),
    };
}
