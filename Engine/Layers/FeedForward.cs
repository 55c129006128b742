using System.Numerics;
using Engine.Kernels;
using Engine.Operations;

namespace Engine.Layers;

/// <summary>
/// Position-wise feed-forward network (Vaswani et al. 2017, section 3.3): y = f(x W1ᵀ + b1) W2ᵀ + b2, with dropout
/// after f in training. Parameters of <c>linear1</c> and <c>linear2</c>.
/// </summary>
public sealed class FeedForward<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly Operation Entry = new(
        "layer FeedForward", "y = dropout(f(x W1^T + b1)) W2^T + b2, f = ReLU or GELU", LayerSamples.FeedForward);

    private readonly Linear<T> linear1, linear2;
    private readonly Activation activation;
    private readonly double dropout;

    /// <summary>From dModel features to dFf and back.</summary>
    /// <param name="dModel">Features of a row.</param>
    /// <param name="dFf">Features between the two maps.</param>
    /// <param name="random">Where the weights come from (Xavier uniform).</param>
    /// <param name="activation">f.</param>
    /// <param name="dropout">The probability with which a feature between the maps is dropped in training.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dropout probability is not in [0, 1).</exception>
    public FeedForward(
        int dModel, int dFf, RandomStream random, Activation activation = Activation.Relu, double dropout = 0)
    {
        DropoutProbability.Check(dropout);
        (this.activation, this.dropout) = (activation, dropout);
        linear1 = Add("linear1", new Linear<T>(dModel, dFf, random, relu: activation == Activation.Relu));
        linear2 = Add("linear2", new Linear<T>(dFf, dModel, random));
    }

    /// <inheritdoc/>
    /// <param name="x">[rows, dModel].</param>
    /// <returns>[rows, dModel].</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        var hidden = linear1.Forward(x); // [rows, dFf]
        if (activation == Activation.Gelu) hidden = Op.Gelu(hidden);
        return linear2.Forward(Op.Dropout(hidden, dropout));
    }
}
