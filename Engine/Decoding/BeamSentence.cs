using Engine.Layers;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>One sentence of a beam search: the hypotheses that are pursued, and those that have ended.</summary>
internal sealed class BeamSentence(BeamOptions options, int maximumLength)
{
    private readonly List<Hypothesis> ended = [];
    private readonly List<Candidate> candidates = [];

    // The likeliest first. A hypothesis of n tokens is a chain of n, and shares those that it has in common.
    private List<Link> live = [new Link(null, 0, Vocabulary.Begin, 0, 0, -1)], next = [];

    /// <summary>Whether the search has ended.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Tells the rules what each live hypothesis has said, if they ask.</summary>
    /// <returns>How many rows this sentence has.</returns>
    public int Note(LogitsProcessor rules, int firstRow)
    {
        for (var r = 0; r < live.Count && rules.ReadsHistory; r++)
            rules.Note(firstRow + r, Chain(live[r], link => link.Token));
        return live.Count;
    }

    /// <summary>Lets each live hypothesis grow by its likeliest tokens, and keeps the best of all.</summary>
    /// <param name="top">The likeliest tokens of each row.</param>
    /// <param name="firstRow">The row of the first hypothesis; the others follow.</param>
    /// <param name="parents">Gets the row that each hypothesis goes on from.</param>
    /// <param name="tokens">Gets the token by which it grew.</param>
    /// <param name="weights">What each row looked at, if that is wanted.</param>
    /// <returns>How many rows this sentence had.</returns>
    public int Advance(
        TopTokens top, int firstRow, List<int> parents, List<int> tokens, StepWeights<float>? weights = null)
    {
        var rows = live.Count;
        candidates.Clear();
        for (var r = 0; r < rows; r++)
        {
            var likeliest = top.Of(firstRow + r);
            for (var rank = 0; rank < likeliest.Length; rank++)
                candidates.Add(new Candidate(
                    live[r].LogProbability + top.LogProbability(firstRow + r, rank), r, likeliest[rank]));
        }
        candidates.Sort();
        if (candidates.Count == 0)
        {
            // No token has a probability: the model has diverged.
            live.ForEach(End);
            IsDone = true;
            return rows;
        }

        next.Clear();
        for (var i = 0; i < candidates.Count && next.Count < options.Width; i++)
        {
            var (logProbability, r, token) = candidates[i];
            var position = weights is null ? -1 : Alignment.Of(weights, firstRow + r);
            var link = new Link(live[r], r, token, logProbability, live[r].Length + 1, position);
            // An end that ranks below those that go on is none worth having.
            if (token == Vocabulary.End) End(link);
            else next.Add(link);
        }
        if (next.Count > 0 && next[0].Length >= maximumLength)
        {
            next.ForEach(End);
            next.Clear();
        }
        (live, next) = (next, live);
        var isEnough = options.EarlyStopping == EarlyStopping.Width && ended.Count >= options.Width;
        IsDone = live.Count == 0 || isEnough || CannotImprove();
        if (IsDone) return rows;
        foreach (var link in live)
        {
            parents.Add(firstRow + link.ParentRow);
            tokens.Add(link.Token);
        }
        return rows;
    }

    /// <summary>The best translations that have ended.</summary>
    public Hypothesis[] Best() => [.. ended.OrderByDescending(hypothesis => hypothesis.Score).Take(options.NBest)];

    private void End(Link last)
    {
        // An end token counts for the score, but is none of the translation.
        var word = last.Token == Vocabulary.End ? last.Parent! : last;
        ended.Add(new Hypothesis(
            Chain(word, link => link.Token), last.LogProbability / options.PenaltyOf(last.Length))
        {
            SourcePositions = options.Aligns ? Chain(word, link => link.SourcePosition) : null,
        });
    }

    private static int[] Chain(Link last, Func<Link, int> value)
    {
        var values = new int[last.Length];
        var link = last;
        for (var i = values.Length - 1; i >= 0; i--, link = link.Parent!) values[i] = value(link);
        return values;
    }

    /// <summary>
    /// Whether enough have ended that no live hypothesis can overtake: its log-probability only falls, and the penalty
    /// divides it by the more the longer it gets (Huang, Zhao and Ma 2017).
    /// </summary>
    private bool CannotImprove()
    {
        if (ended.Count < options.NBest) return false;
        var reachable = live[0].LogProbability / options.PenaltyOf(maximumLength);
        return ended.Count(hypothesis => hypothesis.Score >= reachable) >= options.NBest;
    }

    /// <summary>The last token of a hypothesis, with all before it.</summary>
    private sealed record Link(
        Link? Parent, int ParentRow, int Token, double LogProbability, int Length, int SourcePosition);

    /// <summary>A row's next token; the likelier comes first, then the better parent, then the lower token.</summary>
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
