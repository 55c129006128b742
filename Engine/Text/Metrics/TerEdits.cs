namespace Engine.Text;

/// <summary>
/// The number of edits that turn a hypothesis into a reference, with moves of words, as sacreBLEU and Tercom find it.
/// </summary>
/// <remarks>
/// <para>
/// The search is greedy. It tries moves of words of the hypothesis that stand in the reference elsewhere, takes the
/// move that makes the <see cref="TerDistance"/> smallest, and goes on while a move helps. Each move taken is one edit,
/// and the distance that is left is added.
/// </para>
/// <para>
/// Of moves that help alike, the move of more words wins, then the move from further left, then the move to further
/// left. Moves of more than 10 words, or to a place more than 50 words away, are not tried. After 1,000 tries for a
/// pair the search ends without the round at work.
/// </para>
/// </remarks>
internal static class TerEdits
{
    private const int MostWords = 10, MostDistance = 50, MostTries = 1000;

    /// <summary>The number of edits.</summary>
    /// <param name="hypothesis">The ids of the hypothesis's words.</param>
    /// <param name="reference">The ids of the reference's words.</param>
    public static int Count(int[] hypothesis, int[] reference)
    {
        if (reference.Length == 0) return hypothesis.Length;
        var distance = new TerDistance(hypothesis, reference);
        var (moves, tries) = (0, 0);
        while (Best(distance, reference, ref tries) is { } best && tries < MostTries && best.Gain > 0)
        {
            distance.Take(best.From, best.Words, best.To);
            moves++;
        }
        return moves + distance.Edits;
    }

    /// <summary>A move of words, in the order in which moves are preferred.</summary>
    /// <param name="Gain">By how much it makes the distance smaller.</param>
    /// <param name="Words">The number of words moved.</param>
    /// <param name="From">The index of the first word.</param>
    /// <param name="To">The index in the hypothesis before which the words are inserted.</param>
    private readonly record struct Move(int Gain, int Words, int From, int To)
    {
        public bool IsBetterThan(Move other) =>
            (Gain, Words, -From, -To).CompareTo((other.Gain, other.Words, -other.From, -other.To)) > 0;
    }

    /// <summary>The best move that is tried in this round; null if none is.</summary>
    private static Move? Best(TerDistance distance, int[] reference, ref int tries)
    {
        var words = distance.Words;
        var aligned = distance.Align();
        Move? best = null;
        for (var from = 0; from < words.Length; from++)
        {
            var last = Math.Min(reference.Length - 1, from + MostDistance);
            for (var place = Math.Max(0, from - MostDistance); place <= last; place++)
            {
                var most = Math.Min(MostWords, Math.Min(words.Length - from, reference.Length - place));
                var equal = words.Slice(from, most).CommonPrefixLength(reference.AsSpan(place, most));
                for (var length = 1; length <= equal; length++)
                {
                    // Words are wrong here and there, and the words do not already stand in this place.
                    if (!aligned.HypothesisIsWrong(from, length) || !aligned.ReferenceIsWrong(place, length)) continue;
                    var now = aligned.Of(place);
                    if (from <= now && now < from + length) continue;
                    Try(from, place, length, ref best, ref tries);
                    if (tries >= MostTries) return best;
                }
            }
        }
        return best;

        // Before the words' place, and after each of the words that stand there now.
        void Try(int from, int place, int length, ref Move? best, ref int tries)
        {
            var previous = -1;
            for (var offset = -1; offset < length; offset++)
            {
                var to = place + offset < 0 ? 0 : aligned.Of(place + offset) + 1;
                if (to == previous) continue;
                previous = to;
                tries++;
                var move = new Move(distance.Edits - distance.After(from, length, to), length, from, to);
                if (best is not { } other || move.IsBetterThan(other)) best = move;
            }
        }
    }
}
