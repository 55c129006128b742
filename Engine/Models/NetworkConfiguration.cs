namespace Engine.Models;

/// <summary>
/// Which of a network's three tables, source embedding, target embedding and output projection, are one parameter.
/// </summary>
public enum EmbeddingSharing
{
    /// <summary>The three tables are three parameters.</summary>
    None,

    /// <summary>Target embedding and output projection are one parameter.</summary>
    Target,

    /// <summary>All three are one parameter, over one vocabulary (Vaswani et al. 2017, section 3.4).</summary>
    All,
}

/// <summary>The sizes and choices that every <see cref="TranslationNetwork{T}"/> has.</summary>
public abstract record NetworkConfiguration
{
    internal const EmbeddingSharing DefaultSharing = EmbeddingSharing.Target;

    /// <summary>Tokens of the source vocabulary.</summary>
    public required int SourceVocabulary { get; init; }

    /// <summary>Tokens of the target vocabulary.</summary>
    public required int TargetVocabulary { get; init; }

    /// <summary>Features of a row between the layers.</summary>
    public required int DModel { get; init; }

    /// <summary>Attention heads of a layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Layers of the encoder.</summary>
    public required int EncoderLayers { get; init; }

    /// <summary>Layers of the decoder.</summary>
    public required int DecoderLayers { get; init; }

    /// <summary>
    /// The probability of dropout after each sublayer and within the feed-forward networks. Where the probabilities
    /// below are null, it is theirs too.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>The probability that an attention weight is dropped; null for <see cref="Dropout"/>.</summary>
    public double? AttentionDropout { get; init; }

    /// <summary>
    /// The probability that a feature of the embedded tokens is dropped; null for <see cref="Dropout"/>.
    /// </summary>
    public double? EmbeddingDropout { get; init; }

    /// <summary>Which tables are one parameter.</summary>
    public EmbeddingSharing Sharing { get; init; } = DefaultSharing;

    /// <summary>The id of padding; the loss ignores targets with it, and its embedding stays zero.</summary>
    public int Padding { get; init; }
}
