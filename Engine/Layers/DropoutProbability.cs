namespace Engine.Layers;

/// <summary>Checks a dropout probability when a layer is created, before it is first used.</summary>
internal static class DropoutProbability
{
    /// <exception cref="ArgumentOutOfRangeException">The dropout probability is not in [0, 1).</exception>
    public static void Check(double dropout)
    {
        if (!(dropout >= 0 && dropout < 1))
            throw new ArgumentOutOfRangeException(
                nameof(dropout), dropout, "the dropout probability must be in [0, 1).");
    }
}
