using Engine.Layers;
using Engine.Models;

namespace Engine.Training;

// The sizes and choices of the network.
public sealed partial record TrainingConfiguration
{
    private const string Transformer = "transformer";

    /// <summary>Features of a row between the layers.</summary>
    [Help(OptionGroup.Model, "features of a row between layers"), OfModel]
    [Range(AtLeast = 1, AtMost = 1_000_000)]
    public int DModel { get; init; } = 64;

    /// <summary>Features within a feed-forward network.</summary>
    [Help(OptionGroup.Model, "features in feed-forward networks"), OfModel]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    [ReadBy(nameof(Architecture), Transformer)]
    public int DFf { get; init; } = 256;

    /// <summary>Attention heads of a layer; dModel is a multiple of the number.</summary>
    [Help(OptionGroup.Model, "attention heads"), OfModel]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    [ReadBy(nameof(Architecture), Transformer, ForTask = "classify")] // without a decoder, others do not attend
    public int Heads { get; init; } = 4;

    /// <summary>Layers of the encoder; the decoder has the same number.</summary>
    [Help(OptionGroup.Model, "layers of the encoder, and of the decoder"), OfModel]
    [Range(AtLeast = 1, AtMost = 1000)]
    public int Layers { get; init; } = 2;

    /// <summary>Positions that a convolution covers.</summary>
    [Help(OptionGroup.Model), OfModel(IsShownByFiles = true)]
    [Range(AtLeast = 3, AtMost = 1001, IsOdd = true)]
    [ReadBy(nameof(Architecture), "conv")]
    public int Kernel { get; init; } = ConvolutionalConfiguration.DefaultKernel;

    /// <summary>How a classifier combines the rows of a line into one.</summary>
    [Help(OptionGroup.Model), OfModel]
    [ReadBy(nameof(Task), "classify")]
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>The probability of dropout.</summary>
    [Help(OptionGroup.Model)]
    [Range(AtLeast = 0, Below = 1)]
    public double Dropout { get; init; } = 0.05;

    /// <summary>The probability of dropout of attention weights; null for <see cref="Dropout"/>.</summary>
    [Help(OptionGroup.Model, "overrides --dropout for attention weights")]
    [Range(AtLeast = 0, Below = 1)]
    [ReadBy(nameof(Architecture), Transformer, ForTask = "classify")]
    public double? AttentionDropout { get; init; }

    /// <summary>The probability of dropout of embedded tokens; null for <see cref="Dropout"/>.</summary>
    [Help(OptionGroup.Model, "overrides --dropout for embeddings")]
    [Range(AtLeast = 0, Below = 1)]
    public double? EmbeddingDropout { get; init; }

    /// <summary>
    /// The probability of dropout within feed-forward networks; null for <see cref="Dropout"/>.
    /// </summary>
    [Help(OptionGroup.Model, "overrides --dropout in feed-forward networks")]
    [Range(AtLeast = 0, Below = 1)]
    [ReadBy(nameof(Architecture), Transformer)]
    public double? ActivationDropout { get; init; }

    /// <summary>Whether sublayers normalize their input (pre-norm) rather than the residual sum (post-norm).</summary>
    [Help(OptionGroup.Model), OfModel]
    [ReadBy(nameof(Architecture), Transformer)]
    public bool NormFirst { get; init; }

    /// <summary>How sublayers and stacks normalize.</summary>
    [Help(OptionGroup.Model), OfModel]
    [ReadBy(nameof(Architecture), Transformer)]
    public Normalization Normalization { get; init; } = TransformerConfiguration.DefaultNormalization;

    /// <summary>Groups of features of the group normalization; dModel is a multiple of the number.</summary>
    [Help(OptionGroup.Model), OfModel]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    [ReadBy(nameof(Architecture), Transformer), ReadBy(nameof(Normalization), "group")]
    public int NormGroups { get; init; } = TransformerConfiguration.DefaultNormGroups;

    /// <summary>The feed-forward networks' activation, and whether they are gated.</summary>
    [Help(OptionGroup.Model), OfModel]
    [ReadBy(nameof(Architecture), Transformer)]
    public Activation Activation { get; init; } = TransformerConfiguration.DefaultActivation;

    /// <summary>How the model represents the order of its tokens.</summary>
    [Help(OptionGroup.Model), OfModel]
    [ReadBy(nameof(Architecture), Transformer)]
    public PositionEncoding Positions { get; init; } = TransformerConfiguration.DefaultPositions;

    /// <summary>
    /// The most tokens of a sentence, the end token included, if positions are learned: each position has a row in a
    /// table.
    /// </summary>
    [Help(OptionGroup.Model), OfModel(IsShownByFiles = true)]
    [Range(AtLeast = 2, AtMost = 1_000_000, Remark = "a token and the end")]
    [ReadBy(nameof(Architecture), Transformer), ReadBy(nameof(Positions), "learned")]
    public int MaxLength { get; init; } = TransformerConfiguration.DefaultMaximumLength;

    /// <summary>Which of source embedding, target embedding and output projection share one table.</summary>
    [Help(OptionGroup.Model, "embeddings that are one table"), OfModel]
    [ReadBy(nameof(Task), "translate")]
    public EmbeddingSharing Sharing { get; init; } = NetworkConfiguration.DefaultSharing;
}
