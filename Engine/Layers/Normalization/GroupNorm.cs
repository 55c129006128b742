using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Group normalization (Wu and He 2018) with parameters <c>weight</c> (gamma, from 1) and <c>bias</c> (beta, from 0).
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

    /// <summary>A normalization of <paramref name="channels"/> in <paramref name="groups"/>.</summary>
    /// <param name="groups">A divisor of the number of channels.</param>
    /// <param name="channels">Channels, or features of a row.</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <exception cref="ShapeException">The groups do not divide the channels.</exception>
    public GroupNorm(int groups, int channels, double epsilon = 1e-5)
    {
        Channels.CheckGroups(channels, groups);
        (this.groups, this.epsilon) = (groups, epsilon);
        gamma = Add("weight", Initializers.Constant<T>([channels], 1));
        beta = Add("bias", Tensor<T>.Zeros([channels]));
    }

    /// <inheritdoc/>
    /// <param name="x">[batch, channels, length], or [rows, channels], each row by itself.</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        var tape = x.Tape;
        return Op.GroupNorm(x, groups, tape.Use(gamma), tape.Use(beta), epsilon);
    }

    /// <summary>
    /// Applies the layer to the rows of sequences: groups of features over the positions of a sequence, or of a row by
    /// itself where it must not see the others.
    /// </summary>
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false)
    {
        if (causal) return Forward(x);
        var tape = x.Tape;
        return Op.GroupNorm(x, groups, tape.Use(gamma), tape.Use(beta), layout, epsilon);
    }
}
