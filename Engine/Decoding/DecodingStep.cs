namespace Engine.Decoding;

/// <summary>One step of decoding: what was considered, and what became of it.</summary>
/// <param name="Number">The number of the step, from 0: of the tokens that each open hypothesis has so far.</param>
/// <param name="Rows">The open hypotheses of the batch; the hypotheses of a sentence stand together.</param>
public sealed record DecodingStep(int Number, IReadOnlyList<DecodingRow> Rows);

/// <summary>An open hypothesis in a step.</summary>
/// <param name="Sentence">The sentence's index in the batch.</param>
/// <param name="Node">
/// The hypothesis's number: 0 in greedy decoding, the number of the sample in sampling. In a beam the empty hypothesis
/// of a sentence has 0, and each kept or finished candidate gets the next number of its sentence.
/// </param>
/// <param name="Tokens">The tokens so far, without begin.</param>
/// <param name="Logits">The network's logits, [target vocabulary].</param>
/// <param name="Processed">
/// The logits after penalties; forbidden tokens have -infinity. The decoder chooses by these.
/// </param>
/// <param name="Candidates">The tokens that the decoder considered, the likeliest first.</param>
public sealed record DecodingRow(
    int Sentence, int Node, IReadOnlyList<int> Tokens, IReadOnlyList<float> Logits, IReadOnlyList<float> Processed,
    IReadOnlyList<DecodingCandidate> Candidates);

/// <summary>A token that could continue a hypothesis.</summary>
/// <param name="Token">The token's id.</param>
/// <param name="LogProbability">
/// The natural logarithm of its probability, after penalties; forbidden tokens keep theirs.
/// </param>
/// <param name="Total">
/// In a beam the log-probability of the hypothesis with this token; elsewhere <paramref name="LogProbability"/>.
/// </param>
/// <param name="Fate">What became of it.</param>
/// <param name="Node">The number of the hypothesis that it became; -1 if it was pruned.</param>
public readonly record struct DecodingCandidate(
    int Token, double LogProbability, double Total, CandidateFate Fate, int Node)
{
    /// <summary>
    /// The score of a finished translation: <see cref="Total"/> divided by the length penalty. Null if it is not
    /// finished.
    /// </summary>
    public double? Score { get; init; }
}

/// <summary>What becomes of a token that a decoder considers.</summary>
public enum CandidateFate
{
    /// <summary>Better candidates filled the beam, or another token was chosen.</summary>
    Pruned,

    /// <summary>The hypothesis goes on with it.</summary>
    Kept,

    /// <summary>
    /// It ends a translation: it is the end token, or the translation has reached its greatest length.
    /// </summary>
    Finished,
}
