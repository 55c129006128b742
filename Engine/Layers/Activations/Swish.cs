using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// <see cref="Op.Swish{T}(Tensor{T}, Tensor{T})"/> with a learned β (Ramachandran et al. 2017): parameter <c>beta</c>,
/// a single number.
/// </summary>
public sealed class Swish<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Swish", "y = x sigmoid(beta x) with a beta that is learned", LayerSamples.Swish);

    private readonly Parameter<T> beta;

    /// <summary>A layer with one β for all elements.</summary>
    /// <param name="beta">The initial value of β; 1 makes the layer SiLU at first.</param>
    public Swish(double beta = 1) => this.beta = Add("beta", Initializers.Constant<T>([], beta));

    /// <inheritdoc/>
    /// <param name="x">Any shape.</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Swish(x, x.Tape.Use(beta));
}
