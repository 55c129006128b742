namespace Engine.Layers;

/// <summary>How a Transformer knows the order of its tokens.</summary>
public enum PositionEncoding
{
    /// <summary>Sines and cosines added to the embeddings (Vaswani et al. 2017), without an end.</summary>
    Sinusoidal,

    /// <summary>A learned vector for each position, added to the embeddings; the table has an end.</summary>
    Learned,

    /// <summary>
    /// Learned vectors for clipped distances, added to keys and values of self-attention (Shaw et al. 2018).
    /// </summary>
    Relative,

    /// <summary>Queries and keys of self-attention turn with their position (RoPE, Su et al. 2021).</summary>
    Rotary,

    /// <summary>None: the encoder sees a bag of tokens; the decoder's mask alone tells it of order.</summary>
    None,
}
