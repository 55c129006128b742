namespace Engine.Models;

/// <summary>How a classifier makes one row of a sentence's rows.</summary>
public enum Pooling
{
    /// <summary>
    /// The row at which the encoder ends: the last row; of a network that reads in both directions, half of the last
    /// row and half of the first.
    /// </summary>
    Last,

    /// <summary>The mean over the positions.</summary>
    Mean,

    /// <summary>The maximum of each feature over the positions.</summary>
    Max,

    /// <summary>The mean, weighted by learned scores.</summary>
    Attention,
}
