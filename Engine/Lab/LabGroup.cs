namespace Engine.Lab;

/// <summary>The chapters of the book, in reading order.</summary>
public enum LabGroup
{
    /// <summary>Attention: scores, masks, heads.</summary>
    Attention,

    /// <summary>What layers cost.</summary>
    Complexity,

    /// <summary>Positions of tokens.</summary>
    Positions,

    /// <summary>BatchNorm, LayerNorm and their relatives.</summary>
    Normalization,

    /// <summary>Activation functions.</summary>
    Activations,

    /// <summary>Deep networks: residuals, initial weights, clipping.</summary>
    Depth,

    /// <summary>Gradient descent and its relatives.</summary>
    Optimizers,

    /// <summary>Dropout and modes.</summary>
    Regularization,

    /// <summary>From logits to sentences.</summary>
    Decoding,

    /// <summary>Recommendation, a margin of the notes.</summary>
    Recommendation,
}
