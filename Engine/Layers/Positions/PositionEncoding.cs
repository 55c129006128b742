namespace Engine.Layers;

/// <summary>How a Transformer encodes the positions of its tokens.</summary>
public enum PositionEncoding
{
    /// <summary>
    /// Sines and cosines added to the embeddings (Vaswani et al. 2017), for sequences of any length.
    /// </summary>
    Sinusoidal,

    /// <summary>
    /// A learned vector for each position, added to the embeddings. The table limits the length of sequences.
    /// </summary>
    Learned,

    /// <summary>
    /// Learned vectors for clipped distances, added to the keys and values of self-attention (Shaw et al. 2018).
    /// </summary>
    Relative,

    /// <summary>
    /// Queries and keys of self-attention are rotated by an angle that grows with the position (RoPE, Su et al. 2021).
    /// </summary>
    Rotary,

    /// <summary>
    /// None: the encoder cannot distinguish orders of its tokens; the decoder can, but only through its causal mask.
    /// </summary>
    None,
}
