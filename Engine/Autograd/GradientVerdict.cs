namespace Engine;

/// <summary>What a gradient check found. A later verdict outweighs the earlier ones.</summary>
public enum GradientVerdict
{
    /// <summary>All derivatives agree.</summary>
    Right,

    /// <summary>
    /// All derivatives that were compared agree, but the function read parameters whose gradients were not compared.
    /// </summary>
    Incomplete,

    /// <summary>A derivative differs where the point lies on a kink: another point must be checked.</summary>
    Undecided,

    /// <summary>A derivative differs.</summary>
    Wrong,
}
