namespace Engine.Text;

/// <summary>
/// Numbers the n-grams of a few sequences, so that counting them is counting in an array: a tree whose nodes are
/// n-grams, each the child of what it is without its last unit.
/// </summary>
/// <param name="order">The longest n-gram.</param>
internal sealed class NGramTable(int order)
{
    private const int Root = -1;

    private readonly Dictionary<(int Prefix, int Unit), int> numbers = [];
    private readonly List<int> orders = [];

    /// <summary>Forgets what was counted.</summary>
    public void Clear()
    {
        numbers.Clear();
        orders.Clear();
    }

    /// <summary>How many units an n-gram has.</summary>
    public int OrderOf(int number) => orders[number];

    /// <summary>How often each n-gram so far, by its number, occurs in a sequence.</summary>
    public int[] Count(ReadOnlySpan<int> units)
    {
        var found = new int[orders.Count + (units.Length * order)];
        for (var start = 0; start < units.Length; start++)
        {
            var node = Root;
            for (var n = 1; n <= order && start + n <= units.Length; n++)
            {
                node = Number(node, units[start + n - 1], n);
                found[node]++;
            }
        }
        return found.AsSpan(0, orders.Count).ToArray();
    }

    /// <summary>How many n-grams of each order two sequences have in common, into [order].</summary>
    public void AddMatches(ReadOnlySpan<int> first, ReadOnlySpan<int> second, Span<long> matches)
    {
        for (var number = 0; number < Math.Min(first.Length, second.Length); number++)
            matches[OrderOf(number) - 1] += Math.Min(first[number], second[number]);
    }

    /// <summary>How many n-grams a sequence of so many units has.</summary>
    public static int Total(int units, int n) => Math.Max(units - n + 1, 0);

    private int Number(int prefix, int unit, int n)
    {
        if (numbers.TryGetValue((prefix, unit), out var number)) return number;
        numbers.Add((prefix, unit), number = orders.Count);
        orders.Add(n);
        return number;
    }
}
