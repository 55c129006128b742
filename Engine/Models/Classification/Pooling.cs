namespace Engine.Models;

/// <summary>How a classifier makes one row of a sentence's rows.</summary>
public enum Pooling
{
    /// <summary>
    /// What the encoder comes to: the last row, and of a network that also reads backwards the first row's other half.
    /// </summary>
    Last,

    /// <summary>The mean over the positions.</summary>
    Mean,

    /// <summary>The largest of each feature over the positions.</summary>
    Max,

    /// <summary>The mean weighted by learned scores.</summary>
    Attention,
}
