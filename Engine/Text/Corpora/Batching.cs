
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
    public static IEnumerable<Batch> Epoch(IReadOnlyList<SentencePair> pairs, int maximumTokens, RandomStream random) =>
        Epoch(pairs, maximumTokens, random, first: 0);

    /// <summary>
    /// One pass over a corpus that need not fit memory: in windows of its pairs, one after the other, each of which is
    /// shuffled and cut as a corpus by itself. No more than a window is held. A corpus of one window gives the batches
    /// that it gives without.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget or the window is not positive.</exception>
    public static IEnumerable<Batch> Epoch(
        IEnumerable<SentencePair> pairs, int window, int maximumTokens, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(window);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumTokens);
        return Windows();

        IEnumerable<Batch> Windows()
        {
            var held = new List<SentencePair>();
            using var source = pairs.GetEnumerator();
            for (var first = 0; ; first += held.Count)
            {
                held.Clear();
                while (held.Count < window && source.MoveNext()) held.Add(source.Current);
                if (held.Count == 0) yield break;
                // The windows' streams are keyed by their number, so that one's draws do not move the next's.
                var number = first / window;
                var stream = number == 0 ? random : random.Fork(number);
                foreach (var batch in Epoch(held, maximumTokens, stream, first)) yield return batch;
            }
        }
    }

    /// <summary>
    /// The corpus from the shortest pairs to the longest, for validation and translation;
    /// <see cref="Batch.Indices"/> tell how to restore the order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not positive.</exception>
    public static IEnumerable<Batch> InOrder(IReadOnlyList<SentencePair> pairs, int maximumTokens) =>
        Cut(pairs, Order(pairs, maximumTokens), maximumTokens).Select(batch => Gather(pairs, batch));

    private static IEnumerable<Batch> Epoch(
        IReadOnlyList<SentencePair> pairs, int maximumTokens, RandomStream random, int first)
    {
        ArgumentNullException.ThrowIfNull(random);
        var order = Order(pairs, maximumTokens);
        random.Shuffle(order.AsSpan());
        var batches = Cut(pairs, order, maximumTokens);
        random.Shuffle(batches.AsSpan());
        return batches.Select(batch => Gather(pairs, batch, first));
    }

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

    private static Batch Gather(IReadOnlyList<SentencePair> pairs, int[] indices, int first = 0) =>
        new(Array.ConvertAll(indices, index => pairs[index]), Array.ConvertAll(indices, index => first + index));
}
