namespace Engine.Decoding;

/// <summary>A translation that a decoder made.</summary>
/// <param name="Tokens">The token ids, without begin and end.</param>
/// <param name="Score">
/// The natural logarithm of the translation's probability. A beam search divides the logarithm by the length penalty
/// (<see cref="BeamOptions.LengthPenalty"/>). At most 0; the higher, the better. Greedy decoding computes no
/// probabilities unless <see cref="DecodingOptions.RecordsLogProbabilities"/> is set: the score is NaN then.
/// </param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double Score)
{
    /// <summary>
    /// For each token, the source position that the decoder attended to most in the step that produced the token. The
    /// weights come from the last layer that attends to the source, averaged over its heads; the source's end token
    /// is not a candidate. -1 if the source has no word. Null unless <see cref="DecodingOptions.Aligns"/> is set.
    /// </summary>
    public IReadOnlyList<int>? SourcePositions { get; init; }

    /// <summary>
    /// The natural logarithm of each token's probability given the tokens before it, then that of the end token. The
    /// end is absent from a translation that reached its greatest length. The sum is the logarithm of the translation's
    /// probability. Null unless <see cref="DecodingOptions.RecordsLogProbabilities"/> is set.
    /// </summary>
    public IReadOnlyList<double>? LogProbabilities { get; init; }
}
