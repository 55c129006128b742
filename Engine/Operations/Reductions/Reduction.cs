namespace Engine;

/// <summary>How the losses of several rows become one number.</summary>
public enum Reduction
{
    /// <summary>Their mean over the rows that count.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}
