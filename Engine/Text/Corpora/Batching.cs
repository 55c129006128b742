namespace Engine.Text;

/// <summary>Divides pairs into batches of similar length.</summary>
/// <remarks>
/// The number of a batch's pairs times its longest sentence, on either side, is at most a given number of tokens. A
/// pair whose longer side alone has more tokens is a batch by itself.
/// </remarks>
public static class Batching
{
    /// <summary>
    /// One pass over the pairs: shuffles them, sorts them by length, leaving pairs of equal length in the shuffled
    /// order, divides them into batches, and shuffles the batches. The same stream gives the same batches.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is not positive.</exception>
    public static IEnumerable<Batch> Epoch(IReadOnlyList<SentencePair> pairs, int maximumTokens, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var order = Order(pairs, maximumTokens);
        random.Shuffle(order.AsSpan());
        var batches = Divide(pairs, order, maximumTokens);
        random.Shuffle(batches.AsSpan());
        return batches.Select(batch => new Batch(batch));
    }

    /// <summary>
    /// One pass over pairs that need not fit memory. The pairs are taken a window at a time, and each window is
    /// shuffled and divided by itself. A single window gives the batches that
    /// <see cref="Epoch(IReadOnlyList{SentencePair}, int, RandomStream)"/> gives.
    /// </summary>
    /// <param name="pairs">The pairs; no more than a window of them is held.</param>
    /// <param name="window">The pairs of a window.</param>
    /// <param name="maximumTokens">The most tokens of a batch.</param>
    /// <param name="random">The stream that shuffles.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window or the number of tokens is not positive.</exception>
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
            for (var number = 0; ; number++)
            {
                held.Clear();
                while (held.Count < window && source.MoveNext()) held.Add(source.Current);
                if (held.Count == 0) yield break;
                // Each window has a stream of its own, so that the draws of one do not move the draws of the next.
                var stream = number == 0 ? random : random.Fork(number);
                foreach (var batch in Epoch(held, maximumTokens, stream)) yield return batch;
            }
        }
    }

    /// <summary>Batches from the shortest pairs to the longest, for validation.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of tokens is not positive.</exception>
    public static IEnumerable<Batch> InOrder(IReadOnlyList<SentencePair> pairs, int maximumTokens) =>
        Divide(pairs, Order(pairs, maximumTokens), maximumTokens).Select(batch => new Batch(batch));

    private static int[] Order(IReadOnlyList<SentencePair> pairs, int maximumTokens)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumTokens);
        return [.. Enumerable.Range(0, pairs.Count)];
    }

    private static SentencePair[][] Divide(IReadOnlyList<SentencePair> pairs, int[] order, int maximumTokens)
    {
        // OrderBy leaves pairs of equal length in their order; Array.Sort does not.
        SentencePair[] sorted = [.. order.Select(index => pairs[index]).OrderBy(pair => pair.Length)];
        var batches = new List<SentencePair[]>();
        var start = 0;
        for (var end = 1; end <= sorted.Length; end++)
        {
            var fits = end < sorted.Length && (long)(end + 1 - start) * sorted[end].Length <= maximumTokens;
            if (fits) continue;
            batches.Add(sorted[start..end]);
            start = end;
        }
        return [.. batches];
    }
}
