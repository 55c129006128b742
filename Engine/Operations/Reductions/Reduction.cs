namespace Engine;

/// <summary>How the losses of rows become one number.</summary>
public enum Reduction
{
    /// <summary>The mean over the rows that count.</summary>
    Mean,

    /// <summary>The sum.</summary>
    Sum,
}
