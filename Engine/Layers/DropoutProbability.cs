namespace Engine.Layers;

/// <summary>What layers check of a dropout probability when they are made, long before it is used.</summary>
internal static class DropoutProbability
{
    /// <exception cref="ArgumentOutOfRangeException">It is not in [0, 1).</exception>
    public static void Check(double dropout)
    {
        if (!(dropout >= 0 && dropout < 1))
            throw new ArgumentOutOfRangeException(
                nameof(dropout), dropout, "the dropout probability must be in [0, 1).");
    }
}
