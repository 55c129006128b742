
namespace Engine;

/// <summary>The cases on which pooling is checked: packed, padded, and a sequence without rows.</summary>
internal static class PoolingSamples
{
    public static IEnumerable<GradientCase> All(
        RandomStream random, Func<Tensor<double>, SequenceLayout, Tensor<double>> pool)
    {
        foreach (var (name, layout, n) in ((string, SequenceLayout, int)[])
            [
                ("packed", SequenceLayout.Packed([2, 1, 4]), 3), ("padded", SequenceLayout.Padded(4, [4, 2]), 9),
                ("one empty", SequenceLayout.Padded(3, [0, 3]), 17),
            ])
        {
            yield return GradientCase.Of(Samples.Distinct(random, [layout.Rows, n]), x => pool(x, layout))
                with { Description = name };
        }
    }
}
