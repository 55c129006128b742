using Engine.Text;

namespace Engine.Decoding;

/// <summary>The beam search of one sentence: its open hypotheses, and its finished ones.</summary>
internal sealed class BeamSentence(BeamOptions options, int sentence, int maximumLength)
{
    private readonly List<Hypothesis> finished = [];
    private readonly List<Candidate> candidates = [];

    // Open hypotheses, the likeliest first. A hypothesis of n tokens is a chain of n links from its last token back to
    // its first; hypotheses with a common beginning share the links of that beginning.
    private List<Link> open = [new Link(null, 0, Vocabulary.Begin, 0, 0, -1, 0)], next = [];
    private int nodes;

    /// <summary>Whether the search of this sentence has ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>
    /// Gives the logits processor the tokens of each open hypothesis, if it reads them, and the token that the sentence
    /// forces.
    /// </summary>
    /// <param name="processor">The logits processor.</param>
    /// <param name="firstRow">The row of the first open hypothesis; the others follow it.</param>
    /// <returns>The number of open hypotheses, each of which has one row of logits.</returns>
    public int AddHistory(LogitsProcessor processor, int firstRow)
    {
        for (var r = 0; r < open.Count && processor.ReadsHistory; r++)
            processor.AddHistory(firstRow + r, Chain(open[r], link => link.Token));
        for (var r = 0; r < open.Count && processor.Forces; r++)
            processor.Force(firstRow + r, sentence, open[r].Length);
        return open.Count;
    }

    /// <summary>Extends each open hypothesis by its likeliest tokens, and keeps the best of all extensions.</summary>
    /// <param name="top">The likeliest tokens of each row.</param>
    /// <param name="firstRow">The row of the first open hypothesis; the others follow it.</param>
    /// <param name="parents">Receives, for each hypothesis that is open afterwards, the row of its parent.</param>
    /// <param name="tokens">Receives, for each hypothesis that is open afterwards, its last token.</param>
    /// <param name="batch">Has the attention weights of each row, if source positions are wanted.</param>
    /// <param name="seen">Receives what was considered; null if nobody looks on.</param>
    /// <returns>The number of rows that this sentence had in the step.</returns>
    public int Advance(
        TopTokens top, int firstRow, List<int> parents, List<int> tokens, DecodingBatch? batch = null,
        List<DecodingRow>? seen = null)
    {
        var rows = open.Count;
        candidates.Clear();
        for (var r = 0; r < rows; r++)
        {
            var likeliest = top.Of(firstRow + r);
            for (var rank = 0; rank < likeliest.Length; rank++)
                candidates.Add(new Candidate(
                    open[r].LogProbability + top.LogProbability(firstRow + r, rank), r, likeliest[rank]));
        }
        candidates.Sort();
        if (candidates.Count == 0)
        {
            // Every token is forbidden.
            open.ForEach(Finish);
            IsDone = true;
            seen?.AddRange(Describe(batch!, firstRow, open, []));
            return rows;
        }

        var became = seen is null ? null : new List<Link>(); // of the candidates that were not pruned, in their order
        next.Clear();
        for (var i = 0; i < candidates.Count && next.Count < options.Width; i++)
        {
            var (logProbability, r, token) = candidates[i];
            var position = batch?.Weights is { } weights ? Alignment.Of(weights, firstRow + r) : -1;
            var link = new Link(open[r], r, token, logProbability, open[r].Length + 1, position, ++nodes);
            became?.Add(link);
            // The loop ends when the beam is full: an end-of-sentence candidate ranked below the beam is dropped.
            if (token == Vocabulary.End) Finish(link);
            else next.Add(link);
        }
        var isFull = next.Count > 0 && next[0].Length >= maximumLength;
        seen?.AddRange(Describe(batch!, firstRow, open, became!, isFull));
        if (isFull)
        {
            next.ForEach(Finish);
            next.Clear();
        }
        (open, next) = (next, open);
        var isEnough = options.EarlyStopping == EarlyStopping.Width && finished.Count >= options.Width;
        IsDone = open.Count == 0 || isEnough || CannotImprove();
        if (IsDone) return rows;
        foreach (var link in open)
        {
            parents.Add(firstRow + link.ParentRow);
            tokens.Add(link.Token);
        }
        return rows;
    }

    /// <summary>The best finished translations, the best first.</summary>
    public Hypothesis[] Best() => [.. finished.OrderByDescending(hypothesis => hypothesis.Score).Take(options.NBest)];

    /// <summary>What became of the candidates of each row, for an observer.</summary>
    private IEnumerable<DecodingRow> Describe(
        DecodingBatch batch, int firstRow, List<Link> rows, List<Link> became, bool isFull = false) =>
        rows.Select((link, r) => new DecodingRow(
            sentence, link.Node, Chain(link, token => token.Token), batch.Logits!.Of(firstRow + r),
            batch.Logits.ProcessedOf(firstRow + r),
            [
                .. candidates.Index().Where(candidate => candidate.Item.Row == r).Select(candidate => Describe(
                    candidate.Item, candidate.Index < became.Count ? became[candidate.Index] : null,
                    link.LogProbability, isFull)),
            ]));

    private DecodingCandidate Describe(Candidate candidate, Link? link, double before, bool isFull)
    {
        var (total, _, token) = candidate;
        if (link is null)
            return new DecodingCandidate(token, total - before, total, CandidateFate.Pruned, -1);
        return isFull || token == Vocabulary.End
            ? new DecodingCandidate(token, total - before, total, CandidateFate.Finished, link.Node)
            {
                Score = total / options.PenaltyOf(link.Length),
            }
            : new DecodingCandidate(token, total - before, total, CandidateFate.Kept, link.Node);
    }

    private void Finish(Link last)
    {
        // The end token counts for the score but is not part of the translation.
        var word = last.Token == Vocabulary.End ? last.Parent! : last;
        finished.Add(new Hypothesis(
            Chain(word, link => link.Token), last.LogProbability / options.PenaltyOf(last.Length))
        {
            SourcePositions = options.Aligns ? Chain(word, link => link.SourcePosition) : null,
            LogProbabilities = options.RecordsLogProbabilities
                ? Chain(last, link => link.LogProbability - link.Parent!.LogProbability) : null,
        });
    }

    private static TValue[] Chain<TValue>(Link last, Func<Link, TValue> value)
    {
        var values = new TValue[last.Length];
        var link = last;
        for (var i = values.Length - 1; i >= 0; i--, link = link.Parent!) values[i] = value(link);
        return values;
    }

    /// <summary>
    /// Whether no open hypothesis can enter the n best (Huang, Zhao and Ma 2017). An open hypothesis's log-probability
    /// l is at most 0 and only falls; the penalty that divides it is the largest at the maximum length. The highest
    /// score within reach is therefore l of the likeliest open hypothesis / penalty(maximum length). The search is over
    /// when n finished translations score at least this.
    /// </summary>
    private bool CannotImprove()
    {
        if (finished.Count < options.NBest) return false;
        var reachable = open[0].LogProbability / options.PenaltyOf(maximumLength);
        return finished.Count(hypothesis => hypothesis.Score >= reachable) >= options.NBest;
    }

    /// <summary>One token of a hypothesis, with a link to the token before it.</summary>
    /// <param name="Parent">The token before; null for the begin token.</param>
    /// <param name="ParentRow">Which of the sentence's rows, in the step that added this token, the parent had.</param>
    /// <param name="Token">The token's id.</param>
    /// <param name="LogProbability">The log-probability of the hypothesis up to this token.</param>
    /// <param name="Length">The number of tokens up to this one, the begin token not counted.</param>
    /// <param name="SourcePosition">As in <see cref="Hypothesis.SourcePositions"/>.</param>
    /// <param name="Node">The number of the hypothesis that ends with this token, for an observer.</param>
    private sealed record Link(
        Link? Parent, int ParentRow, int Token, double LogProbability, int Length, int SourcePosition, int Node);

    /// <summary>
    /// A possible next token of a row. Candidates are ordered by log-probability (the highest first), then by row (the
    /// likelier parent first), then by token id.
    /// </summary>
    private readonly record struct Candidate(double LogProbability, int Row, int Token) : IComparable<Candidate>
    {
        public int CompareTo(Candidate other)
        {
            var order = other.LogProbability.CompareTo(LogProbability);
            if (order == 0) order = Row.CompareTo(other.Row);
            return order != 0 ? order : Token.CompareTo(other.Token);
        }
    }
}
