using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// Which of the three tables of a translation model are one: they are read from and written to alike.
/// </summary>
public enum EmbeddingSharing
{
    /// <summary>Source embedding, target embedding and output projection are three.</summary>
    None,

    /// <summary>Target embedding and output projection are one.</summary>
    Target,

    /// <summary>All three are one, over one vocabulary (Vaswani et al. 2017, section 3.4).</summary>
    All,
}

/// <summary>The sizes and choices that make up a <see cref="Transformer{T}"/>.</summary>
public sealed record TransformerConfiguration
{
    /// <summary>Tokens of the source vocabulary.</summary>
    public required int SourceVocabulary { get; init; }

    /// <summary>Tokens of the target vocabulary.</summary>
    public required int TargetVocabulary { get; init; }

    /// <summary>Features of a row between the layers.</summary>
    public required int DModel { get; init; }

    /// <summary>Features between the maps of a feed-forward network.</summary>
    public required int DFf { get; init; }

    /// <summary>Attention heads of a layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Layers of the encoder.</summary>
    public required int EncoderLayers { get; init; }

    /// <summary>Layers of the decoder.</summary>
    public required int DecoderLayers { get; init; }

    /// <summary>The probability of dropout, everywhere it is applied.</summary>
    public double Dropout { get; init; }

    /// <summary>
    /// Whether a sublayer normalizes its input (pre-norm) or the residual sum (post-norm, the paper's).
    /// </summary>
    public bool NormFirst { get; init; }

    /// <summary>Whether encoder and decoder end with a normalization of their own; pre-norm needs it.</summary>
    public bool FinalNorms { get; init; } = true;

    /// <summary>How sublayers and stacks normalize.</summary>
    public Normalization Normalization { get; init; } = Normalization.Layer;

    /// <summary>Groups of features, for <see cref="Normalization.Group"/>; dModel is a multiple of it.</summary>
    public int NormGroups { get; init; } = 8;

    /// <summary>The feed-forward networks' activation, and whether they are gated.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Which tables are one.</summary>
    public EmbeddingSharing Sharing { get; init; } = EmbeddingSharing.Target;

    /// <summary>The token that fills up short sequences.</summary>
    public int Padding { get; init; }

    /// <summary>A new normalization of rows.</summary>
    internal Norm<T> CreateNorm<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Normalization.Create<T>(DModel, NormGroups);
}
