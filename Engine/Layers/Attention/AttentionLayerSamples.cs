
namespace Engine.Layers;

/// <summary>
/// The cases on which the gradients of each kind of attention are checked: without a mask; in batches, with a mask that
/// hides all keys from one query; and with a mask and keys that the whole batch shares.
/// </summary>
internal static class AttentionLayerSamples
{
    public static IEnumerable<GradientCase> DotProduct(RandomStream random) =>
        Of(random, new DotProductAttention<double>(), 4, 4);

    public static IEnumerable<GradientCase> ScaledDotProduct(RandomStream random) =>
        Of(random, new ScaledDotProductAttention<double>(), 4, 4);

    public static IEnumerable<GradientCase> Bilinear(RandomStream random) =>
        Of(random, new BilinearAttention<double>(4, 3, random), 4, 3);

    public static IEnumerable<GradientCase> Additive(RandomStream random) =>
        Of(random, new AdditiveAttention<double>(4, 3, 7, random), 4, 3);

    public static IEnumerable<GradientCase> Cosine(RandomStream random) =>
        Of(random, new CosineAttention<double>(2.5), 4, 4);

    private static IEnumerable<GradientCase> Of(RandomStream random, Attention<double> attention, int dQ, int dK)
    {
        LayerSamples.Randomize(attention);
        foreach (var (batch, keyBatch, mask) in ((Shape, Shape, Mask?)[])
            [
                ([], [], null),
                ([2], [2], new Mask([2, 3, 5], i => i is >= 5 and < 10 or 14)), // the second query sees no key
                ([2], [], new Mask([5], i => i == 2)),
            ])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, [.. batch.AsSpan(), 3, dQ]),
                Samples.Normal(random, [.. keyBatch.AsSpan(), 5, dK]),
                Samples.Normal(random, [.. keyBatch.AsSpan(), 5, 2]),
                (q, k, v) => attention.Forward(q, k, v, mask).Output)
                with { Module = attention };
        }
    }
}
