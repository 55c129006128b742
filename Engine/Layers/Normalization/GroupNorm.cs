using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Group normalization (Wu and He 2018) with parameters <c>weight</c> (gamma, initially 1) and <c>bias</c> (beta,
/// initially 0).
/// </summary>
public sealed class GroupNorm<T> : Norm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer GroupNorm",
        "y = gamma (x - mean) / sqrt(var + epsilon) + beta over the positions of a sequence and a group of channels",
        LayerSamples.GroupNorm);

    private readonly Parameter<T> gamma, beta;
    private readonly int groups;
    private readonly double epsilon;

    /// <summary>A normalization of <paramref name="channels"/> channels in <paramref name="groups"/> groups.</summary>
    /// <param name="groups">The number of groups, a divisor of the number of channels.</param>
    /// <param name="channels">The number of channels, or of features of a row.</param>
    /// <param name="epsilon">Added under the root, which keeps the divisor above 0.</param>
    /// <exception cref="ShapeException">The groups do not divide the channels.</exception>
    public GroupNorm(int groups, int channels, double epsilon = Op.NormEpsilon)
    {
        Channels.CheckGroups(channels, groups);
        (this.groups, this.epsilon) = (groups, epsilon);
        gamma = Add("weight", Initializers.Constant<T>([channels], 1));
        beta = Add("bias", Tensor<T>.Zeros([channels]));
    }

    /// <inheritdoc/>
    /// <param name="x">[batch, channels, length], or [rows, channels], whose rows are normalized one by one.</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        var tape = x.Tape;
        return Op.GroupNorm(x, groups, tape.Use(gamma), tape.Use(beta), epsilon);
    }

    /// <summary>
    /// Applies the layer to the rows of sequences. It normalizes each group of features over the positions of its
    /// sequence or, if <paramref name="causal"/>, over each row alone.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false)
    {
        if (causal) return Forward(x);
        var tape = x.Tape;
        return Op.GroupNorm(x, groups, tape.Use(gamma), tape.Use(beta), layout, epsilon);
    }
}
