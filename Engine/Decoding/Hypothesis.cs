namespace Engine.Decoding;

/// <summary>A translation that a beam search found or that sampling drew.</summary>
/// <param name="Tokens">The token ids, without begin and end.</param>
/// <param name="Score">
/// The natural logarithm of the translation's probability. A beam search divides the logarithm by the length penalty
/// (<see cref="BeamOptions.LengthPenalty"/>). At most 0; the higher, the better.
/// </param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double Score)
{
    /// <summary>
    /// For each token, the source position that the decoder attended to most in the step that produced the token. The
    /// weights are those of the last layer that attends to the source, averaged over its heads; the source's end token
    /// is not a candidate. -1 if the source has no word. Null unless <see cref="DecodingOptions.Aligns"/> is set.
    /// </summary>
    public IReadOnlyList<int>? SourcePositions { get; init; }
}
