namespace Engine.Decoding;

/// <summary>A translation that a search found, or that was drawn.</summary>
/// <param name="Tokens">Token numbers, without begin and end.</param>
/// <param name="Score">
/// The natural logarithm of its probability, by the length penalty of <see cref="BeamOptions.LengthPenalty"/> if a beam
/// found it; the nearer to 0, the better.
/// </param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double Score)
{
    /// <summary>
    /// For each token the position in the source that the decoder looked at when it wrote it: the largest weight (the
    /// mean over the heads) of the last layer that attends to the source, the end token apart. -1 where the source has
    /// no word; null unless <see cref="DecodingOptions.Aligns"/> asked for it.
    /// </summary>
    public IReadOnlyList<int>? SourcePositions { get; init; }
}
