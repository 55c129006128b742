using Engine.Kernels;

namespace Engine.Text;

/// <summary>Cuts a corpus into batches of similar length, so that little of a batch is padding.</summary>
/// <remarks>
/// A batch's size times its longest sentence, on whichever side, stays within a budget of tokens; a pair that is
/// longer than the budget forms a batch by itself.
/// </remarks>
public static class Batching
{
    /// <summary>
    /// One pass over the corpus: shuffled, sorted by length with equal lengths left in shuffled order, cut, and the
    /// batches shuffled. The same stream at the same place gives the same batches.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not positive.</exception>
    public static IEnumerable<Batch> Epoch(IReadOnlyList<SentencePair> pairs, int maximumTokens, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var order = Order(pairs, maximumTokens);
        random.Shuffle(order.AsSpan());
        var batches = Cut(pairs, order, maximumTokens);
        random.Shuffle(batches.AsSpan());
        return batches.Select(batch => Gather(pairs, batch));
    }

    /// <summary>
    /// The corpus from the shortest pairs to the longest, for validation and translation;
    /// <see cref="Batch.Indices"/> tell how to restore the order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not positive.</exception>
    public static IEnumerable<Batch> InOrder(IReadOnlyList<SentencePair> pairs, int maximumTokens) =>
        Cut(pairs, Order(pairs, maximumTokens), maximumTokens).Select(batch => Gather(pairs, batch));

    private static int[] Order(IReadOnlyList<SentencePair> pairs, int maximumTokens)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumTokens);
        return [.. Enumerable.Range(0, pairs.Count)];
    }

    private static int[][] Cut(IReadOnlyList<SentencePair> pairs, int[] order, int maximumTokens)
    {
        int[] sorted = [.. order.OrderBy(index => pairs[index].Length)]; // OrderBy is stable, Array.Sort is not
        var batches = new List<int[]>();
        var start = 0;
        for (var end = 1; end <= sorted.Length; end++)
        {
            var fits = end < sorted.Length && (long)(end + 1 - start) * pairs[sorted[end]].Length <= maximumTokens;
            if (fits)
                continue;
            batches.Add(sorted[start..end]);
            start = end;
        }

        return [.. batches];
    }

    private static Batch Gather(IReadOnlyList<SentencePair> pairs, int[] indices) =>
        new(Array.ConvertAll(indices, index => pairs[index]), indices);
}
