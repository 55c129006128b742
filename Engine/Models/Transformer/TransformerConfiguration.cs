using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>The sizes and choices that make up a <see cref="Transformer{T}"/>.</summary>
public sealed record TransformerConfiguration : NetworkConfiguration
{
    internal const Normalization DefaultNormalization = Normalization.Layer;
    internal const int DefaultNormGroups = 8;
    internal const Activation DefaultActivation = Activation.Relu;
    internal const PositionEncoding DefaultPositions = PositionEncoding.Sinusoidal;
    internal const int DefaultMaximumLength = 512;

    /// <summary>Features between the two linear maps of a feed-forward network.</summary>
    public required int DFf { get; init; }

    /// <summary>
    /// The probability that a feature within a feed-forward network is dropped; null for
    /// <see cref="NetworkConfiguration.Dropout"/>.
    /// </summary>
    public double? ActivationDropout { get; init; }

    /// <summary>
    /// Whether a sublayer normalizes its input (pre-norm) or the residual sum (post-norm, the paper's).
    /// </summary>
    public bool NormFirst { get; init; }

    /// <summary>Whether encoder and decoder end with a normalization; pre-norm needs it.</summary>
    public bool FinalNorms { get; init; } = true;

    /// <summary>The kind of normalization.</summary>
    public Normalization Normalization { get; init; } = DefaultNormalization;

    /// <summary>
    /// The number of groups of features, for <see cref="Normalization.Group"/>; dModel is a multiple of it.
    /// </summary>
    public int NormGroups { get; init; } = DefaultNormGroups;

    /// <summary>The feed-forward networks' activation, and whether they are gated.</summary>
    public Activation Activation { get; init; } = DefaultActivation;

    /// <summary>How the network knows the order of its tokens.</summary>
    public PositionEncoding Positions { get; init; } = DefaultPositions;

    /// <summary>
    /// The most tokens of a sentence if positions are learned: each position has a row in a table.
    /// </summary>
    public int MaximumLength { get; init; } = DefaultMaximumLength;

    /// <summary>New positions that are added to embeddings; null if the positions act in attention alone.</summary>
    internal IPositions<T>? CreatePositions<T>(RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Positions switch
        {
            PositionEncoding.Sinusoidal => new SinusoidalPositions<T>(DModel),
            PositionEncoding.Learned => new LearnedPositions<T>(MaximumLength, DModel, random),
            _ => null,
        };

    /// <summary>A new normalization of rows.</summary>
    internal Norm<T> CreateNorm<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Normalization.Create<T>(DModel, NormGroups);
}
