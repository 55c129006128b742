
namespace Engine.Text;

/// <summary>Applies merges to the symbols of a word: the lowest rank first, of equal ranks the leftmost.</summary>
internal sealed class BpeMerger
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Result)> rules;

    /// <summary>A merger with the given merges.</summary>
    /// <param name="rules">Two neighbours and the symbol that they become, in the order of their ranks.</param>
    public BpeMerger(IReadOnlyList<(int Left, int Right, int Result)> rules)
    {
        this.rules = new(rules.Count);
        for (var rank = 0; rank < rules.Count; rank++)
            this.rules.Add((rules[rank].Left, rules[rank].Right), (rank, rules[rank].Result));
    }

    /// <summary>The symbols after all merges that apply.</summary>
    /// <param name="symbols">Ids of characters and bytes; the merger overwrites them.</param>
    /// <param name="dropout">
    /// The probability that a merge is left out when its turn comes (BPE-dropout, Provilkov et al. 2020, algorithm 1).
    /// </param>
    /// <param name="random">Decides which merges are left out; null for no BPE-dropout.</param>
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
                continue; // a merge of lower rank took one of the two
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
            // A merge that was left out may be taken after the next merge.
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
