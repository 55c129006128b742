namespace Engine.Inspection;

/// <summary>A decoder's work on one sentence: what it considered in each step, and where it looked.</summary>
/// <param name="Source">The source as the encoder reads it, the end included.</param>
/// <param name="Decoder"><c>greedy</c>, <c>beam</c> or <c>sample</c>.</param>
/// <param name="Steps">The steps.</param>
/// <param name="Translations">The translations, the best first; samples in the order of drawing.</param>
public sealed record DecodingTrace(
    IReadOnlyList<RecordedToken> Source, string Decoder, IReadOnlyList<TracedStep> Steps,
    IReadOnlyList<TracedTranslation> Translations);

/// <summary>One step of decoding.</summary>
/// <param name="Number">The number of the step, from 0.</param>
/// <param name="Rows">The hypotheses that were open.</param>
public sealed record TracedStep(int Number, IReadOnlyList<TracedRow> Rows);

/// <summary>An open hypothesis in a step.</summary>
/// <param name="Node">Its number (see <see cref="Decoding.DecodingRow.Node"/>).</param>
/// <param name="Tokens">Its tokens so far, without begin.</param>
/// <param name="Candidates">The tokens that the decoder considered, the likeliest first.</param>
/// <param name="Likeliest">The ten likeliest tokens as the network gave them, before penalties.</param>
/// <param name="Changed">The tokens whose logits penalties changed or forbade, at most twenty.</param>
/// <param name="Logits">
/// The network's logits of the whole vocabulary; empty where it has more than
/// <see cref="DecodingTracer.LargestVocabulary"/> tokens.
/// </param>
/// <param name="Attention">The attention weights of this row in this step, by layer.</param>
public sealed record TracedRow(
    int Node, IReadOnlyList<RecordedToken> Tokens, IReadOnlyList<TracedCandidate> Candidates,
    IReadOnlyList<LikelyToken> Likeliest, IReadOnlyList<ChangedLogit> Changed, IReadOnlyList<float> Logits,
    IReadOnlyList<TracedAttention> Attention);

/// <summary>A token that a decoder considered; see <see cref="Decoding.DecodingCandidate"/>.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Text">The token's text.</param>
/// <param name="LogProbability">The natural logarithm of its probability, after penalties.</param>
/// <param name="Total">The log-probability of the hypothesis with it.</param>
/// <param name="Fate"><c>kept</c>, <c>pruned</c> or <c>finished</c>.</param>
/// <param name="Node">The number of the hypothesis that it became; -1 if it was pruned.</param>
/// <param name="Score">The score of a finished translation; null for others.</param>
public sealed record TracedCandidate(
    int Id, string Text, double LogProbability, double Total, string Fate, int Node, double? Score);

/// <summary>A logit that penalties changed.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Text">The token's text.</param>
/// <param name="Before">The network's logit.</param>
/// <param name="After">The logit that the decoder read; -infinity if the token was forbidden.</param>
public sealed record ChangedLogit(int Id, string Text, float Before, float After);

/// <summary>The attention weights of one query: of the token that was read in a step.</summary>
/// <param name="Path">The path of the attention layer.</param>
/// <param name="Kind"><c>decoder</c> (over the tokens read so far) or <c>cross</c> (over the source).</param>
/// <param name="Layer">The number of the layer.</param>
/// <param name="Weights">The weights of each head over the keys.</param>
public sealed record TracedAttention(
    string Path, string Kind, int Layer, IReadOnlyList<IReadOnlyList<float>> Weights);

/// <summary>A translation of a trace.</summary>
/// <param name="Text">The text.</param>
/// <param name="Tokens">The tokens, without begin and end.</param>
/// <param name="Score">
/// As <see cref="Decoding.Hypothesis.Score"/>; NaN for greedy decoding, which computes no probabilities.
/// </param>
public sealed record TracedTranslation(string Text, IReadOnlyList<RecordedToken> Tokens, double Score);
