namespace Engine.Layers;

/// <summary>What attends to what.</summary>
public enum AttentionKind
{
    /// <summary>The encoder's tokens to each other.</summary>
    Encoder,

    /// <summary>The decoder's tokens to each other, and to no later one.</summary>
    Decoder,

    /// <summary>The decoder's tokens to the encoder's.</summary>
    Cross,
}
