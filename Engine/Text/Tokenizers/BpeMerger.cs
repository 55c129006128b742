
namespace Engine.Text;

/// <summary>Applies merges to the symbols of a word: the lowest rank first, of equal ranks the leftmost.</summary>
internal sealed class BpeMerger
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Result)> rules;

    /// <param name="rules">Two neighbours and what becomes of them, in the order of their ranks.</param>
    public BpeMerger(IReadOnlyList<(int Left, int Right, int Result)> rules)
    {
        this.rules = new(rules.Count);
        for (var rank = 0; rank < rules.Count; rank++)
            this.rules.Add((rules[rank].Left, rules[rank].Right), (rank, rules[rank].Result));
    }

    /// <summary>The symbols after all merges that apply.</summary>
    /// <param name="symbols">Ids of characters and bytes; written over.</param>
    /// <param name="dropout">
    /// How likely it is, at each step, that a merge is passed over (BPE-dropout, Provilkov et al. 2020, algorithm 1).
    /// </param>
    /// <param name="random">Which ones; null if there is no dropout.</param>
    public IEnumerable<int> Merge(int[] symbols, double dropout = 0, RandomStream? random = null)
    {
        var (count, gone) = (symbols.Length, -1);
        var next = new int[count];
        var previous = new int[count];
        var candidates = new PriorityQueue<Candidate, (int Rank, int At)>();
        var dropped = new List<Candidate>();
        for (var at = 0; at < count; at++)
            (next[at], previous[at]) = (at + 1, at - 1);
        for (var at = 0; at < count; at++)
            Consider(at);
        while (candidates.TryDequeue(out var candidate, out _))
        {
            var (at, left, right, _, result) = candidate;
            if (symbols[at] != left || next[at] >= count || symbols[next[at]] != right)
                continue; // a better merge took one of the two
            if (random is not null && random.NextUniform() < dropout)
            {
                dropped.Add(candidate);
                continue;
            }

            var merged = next[at];
            symbols[at] = result;
            symbols[merged] = gone;
            next[at] = next[merged];
            if (next[at] < count)
                previous[next[at]] = at;
            Consider(at);
            if (previous[at] >= 0)
                Consider(previous[at]);
            // What was passed over in one step may be taken in the next.
            foreach (var again in dropped)
                candidates.Enqueue(again, (again.Rank, again.At));
            dropped.Clear();
        }

        return symbols.Where(symbol => symbol != gone);

        void Consider(int at)
        {
            if (next[at] < count && rules.TryGetValue((symbols[at], symbols[next[at]]), out var rule))
            {
                candidates.Enqueue(
                    new Candidate(at, symbols[at], symbols[next[at]], rule.Rank, rule.Result), (rule.Rank, at));
            }
        }
    }

    private readonly record struct Candidate(int At, int Left, int Right, int Rank, int Result);
}
