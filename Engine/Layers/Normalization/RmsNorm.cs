using System.Numerics;

namespace Engine.Layers;

/// <summary><see cref="Op.RmsNorm"/> with a parameter <c>weight</c> (gamma, initially 1).</summary>
public sealed class RmsNorm<T> : Norm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer RmsNorm", "y = gamma x / sqrt(mean(x^2) + epsilon) over the last dimension", LayerSamples.RmsNorm);

    private readonly Parameter<T> gamma;
    private readonly double epsilon;

    /// <summary>A normalization of rows of <paramref name="features"/> features.</summary>
    /// <param name="features">The size of the last dimension.</param>
    /// <param name="epsilon">Added under the root, which keeps the divisor above 0.</param>
    public RmsNorm(int features, double epsilon = Op.RmsNormEpsilon)
    {
        this.epsilon = epsilon;
        gamma = Add("weight", Initializers.Constant<T>([features], 1));
    }

    /// <inheritdoc/>
    /// <param name="x">[..., features].</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x) => Op.RmsNorm(x, x.Tape.Use(gamma), epsilon);
}
