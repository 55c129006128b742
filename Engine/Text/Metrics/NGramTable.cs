namespace Engine.Text;

/// <summary>
/// Gives each n-gram of a few sequences an index, so that an array can hold the counts of n-grams. The n-grams form a
/// tree: the parent of an n-gram is the n-gram without its last unit.
/// </summary>
/// <param name="order">The largest n.</param>
internal sealed class NGramTable(int order)
{
    private const int Root = -1, MostKept = 1 << 16;

    private readonly Dictionary<(int Prefix, int Unit), int> indices = [];
    private readonly List<int> orders = [];

    /// <summary>Removes all n-grams.</summary>
    public void Clear()
    {
        indices.Clear();
        orders.Clear();
        // A table that one long line made large would take long to clear, for each line after it.
        if (indices.Capacity > MostKept) indices.TrimExcess();
    }

    /// <summary>The n of an n-gram.</summary>
    public int OrderOf(int index) => orders[index];

    /// <summary>Adds the n-grams of a sequence, and returns how often each known n-gram occurs in it.</summary>
    /// <returns>[n-grams]: the count of the n-gram with that index.</returns>
    public int[] Count(ReadOnlySpan<int> units)
    {
        var found = new int[orders.Count + (units.Length * order)];
        for (var start = 0; start < units.Length; start++)
        {
            var node = Root;
            for (var n = 1; n <= order && start + n <= units.Length; n++)
            {
                node = IndexOf(node, units[start + n - 1], n);
                found[node]++;
            }
        }
        return found.AsSpan(0, orders.Count).ToArray();
    }

    /// <summary>
    /// Adds the number of n-grams that two sequences have in common, for each n, to <paramref name="matches"/>
    /// [order].
    /// </summary>
    public void AddMatches(ReadOnlySpan<int> first, ReadOnlySpan<int> second, Span<double> matches)
    {
        for (var index = 0; index < Math.Min(first.Length, second.Length); index++)
            matches[OrderOf(index) - 1] += Math.Min(first[index], second[index]);
    }

    /// <summary>The number of n-grams of a sequence of <paramref name="units"/> units.</summary>
    public static int Total(int units, int n) => Math.Max(units - n + 1, 0);

    private int IndexOf(int prefix, int unit, int n)
    {
        if (indices.TryGetValue((prefix, unit), out var index)) return index;
        indices.Add((prefix, unit), index = orders.Count);
        orders.Add(n);
        return index;
    }
}
