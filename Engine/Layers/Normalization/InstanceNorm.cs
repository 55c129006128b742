using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Instance normalization (Ulyanov, Vedaldi and Lempitsky 2016) with parameters <c>weight</c> (gamma, initially 1) and
/// <c>bias</c> (beta, initially 0).
/// </summary>
public sealed class InstanceNorm<T> : Norm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer InstanceNorm",
        "y = gamma (x - mean) / sqrt(var + epsilon) + beta of each channel over the positions of each sequence",
        LayerSamples.InstanceNorm);

    private readonly Parameter<T> gamma, beta;
    private readonly double epsilon;

    /// <summary>A normalization of <paramref name="channels"/> channels.</summary>
    /// <param name="channels">The number of channels, or of features of a row.</param>
    /// <param name="epsilon">Added under the root, which keeps the divisor above 0.</param>
    public InstanceNorm(int channels, double epsilon = Op.NormEpsilon)
    {
        this.epsilon = epsilon;
        gamma = Add("weight", Initializers.Constant<T>([channels], 1));
        beta = Add("bias", Tensor<T>.Zeros([channels]));
    }

    /// <inheritdoc/>
    /// <param name="x">[batch, channels, length].</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        var tape = x.Tape;
        return Op.InstanceNorm(x, tape.Use(gamma), tape.Use(beta), epsilon);
    }

    /// <summary>
    /// Applies the layer to the rows of sequences. It normalizes each feature over the positions of its sequence. If
    /// <paramref name="causal"/>, each row is an instance of its own, and is normalized over its features, as by
    /// <see cref="LayerNorm{T}"/>: over a single position every normalized feature would be 0.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false)
    {
        var tape = x.Tape;
        return causal
            ? Op.LayerNorm(x, tape.Use(gamma), tape.Use(beta), epsilon)
            : Op.InstanceNorm(x, tape.Use(gamma), tape.Use(beta), layout, epsilon);
    }
}
