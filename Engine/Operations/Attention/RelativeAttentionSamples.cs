
namespace Engine;

/// <summary>
/// The cases on which the gradient of attention with relative positions is checked: distances within and beyond the
/// clip, masks, dropout, stacked projections, and queries that begin after the first position.
/// </summary>
internal static class RelativeAttentionSamples
{
    public static IEnumerable<GradientCase> All(RandomStream random)
    {
        var (four, packed) = (SequenceLayout.Full(2, 4), SequenceLayout.Packed([2, 5, 1]));
        yield return Of(random, "clip 2", 4, 2, 2, four, four, false, 0);
        yield return Of(random, "clip 1, causal, dropout", 6, 3, 1, four, four, true, 0.3);
        yield return Of(random, "clip 9, packed", 4, 1, 9, packed, packed, false, 0);
        yield return Of(random, "clip 0", 4, 2, 0, packed, packed, true, 0);
        yield return Of(
            random, "keys of padding, a sequence without keys", 4, 2, 1, SequenceLayout.Full(3, 2),
            SequenceLayout.Padded(4, [4, 0, 2]), false, 0.2);
        yield return Of(random, "long", 4, 2, 3, SequenceLayout.Full(1, 17), SequenceLayout.Full(1, 19), false, 0);
        yield return Of(
            random, "from position 3 on", 4, 2, 2, SequenceLayout.Full(2, 1), four, false, 0, first: 3);

        var layout = SequenceLayout.Padded(5, [5, 3]);
        yield return GradientCase.Of(
            Samples.Normal(random, [layout.Rows, 12]), Samples.Normal(random, [5, 2]), Samples.Normal(random, [5, 2]),
            (qkv, aK, aV) => Op.RelativeAttention(
                new ColumnBlock<double>(Ordered(qkv)), new(Ordered(qkv), 4), new(Ordered(qkv), 8), aK, aV, 2, layout,
                layout, true))
            with { Description = "stacked projections, causal, padding" };
    }

    private static GradientCase Of(
        RandomStream random, string name, int dModel, int heads, int clip, SequenceLayout queries, SequenceLayout keys,
        bool causal, double dropout, int first = 0)
    {
        Shape table = [(2 * clip) + 1, dModel / heads];
        return new GradientCase(
            name,
            [
                Samples.Normal(random, [queries.Rows, dModel]), Samples.Normal(random, [keys.Rows, dModel]),
                Samples.Normal(random, [keys.Rows, dModel]), Samples.Normal(random, table),
                Samples.Normal(random, table),
            ],
            (_, x) => Op.RelativeAttention<double>(
                Ordered(x[0]), Ordered(x[1]), Ordered(x[2]), x[3], x[4], heads, queries, keys, causal, dropout, first));
    }

    // The sweep also gives transposed inputs, and attention needs contiguous rows.
    private static Tensor<double> Ordered(Tensor<double> x) => x.IsContiguous ? x : Op.Reshape(x, x.Shape);
}
