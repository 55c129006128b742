
namespace Engine;

/// <summary>
/// The cases on which attention's gradient is checked: masks, dropout, stacked projections, ragged batches.
/// </summary>
internal static class AttentionSamples
{
    public static IEnumerable<GradientCase> All(RandomStream random)
    {
        var (three, four) = (SequenceLayout.Full(2, 3), SequenceLayout.Full(2, 4));
        yield return Cross(random, "cross", 4, 2, three, four, false, 0);
        yield return Cross(random, "padding keys", 4, 1, three, SequenceLayout.Padded(4, [4, 2]), false, 0);
        yield return Cross(random, "a sequence without keys", 4, 2, three, SequenceLayout.Padded(4, [0, 3]), false, 0);
        yield return Cross(
            random, "packed", 6, 2, SequenceLayout.Packed([2, 5, 1]), SequenceLayout.Packed([9, 1, 3]), false, 0);
        yield return Cross(random, "causal with dropout", 6, 3, four, four, true, 0.3);
        yield return Cross(random, "long", 4, 2, SequenceLayout.Full(1, 17), SequenceLayout.Full(1, 19), false, 0.2);
        yield return Stacked(random, "stacked projections, causal, padding", 4, 2, SequenceLayout.Padded(5, [5, 3]));
    }

    private static GradientCase Cross(
        RandomStream random, string name, int dModel, int heads, SequenceLayout queries, SequenceLayout keys,
        bool causal, double dropout) =>
        GradientCase.Of(
            Samples.Normal(random, [queries.Rows, dModel]), Samples.Normal(random, [keys.Rows, dModel]),
            Samples.Normal(random, [keys.Rows, dModel]),
            (q, k, v) => Op.Attention<double>(
                Ordered(q), Ordered(k), Ordered(v), heads, dModel, queries, keys, causal, dropout))
            with { Description = name };

    private static GradientCase Stacked(
        RandomStream random, string name, int dModel, int heads, SequenceLayout layout) =>
        GradientCase.Of(
            Samples.Normal(random, [layout.Rows, 3 * dModel]),
            qkv => Op.Attention(
                new ColumnBlock<double>(Ordered(qkv)), new(Ordered(qkv), dModel), new(Ordered(qkv), 2 * dModel),
                heads, dModel, layout, layout, true))
            with { Description = name };

    // The sweep also gives transposed inputs, and attention needs contiguous rows.
    private static Tensor<double> Ordered(Tensor<double> x) => x.IsContiguous ? x : Op.Reshape(x, x.Shape);
}
