
namespace Engine;

/// <summary>
/// The cases on which recurrences are checked: packed and padded, both directions, with and without an initial state.
/// </summary>
internal static class RecurrenceSamples
{
    public delegate Tensor<double> Recurrence(
        Tensor<double> projected, Tensor<double> weight, Tensor<double> bias, SequenceLayout layout,
        Tensor<double>? initial, bool reverse);

    public static IEnumerable<GradientCase> All(RandomStream random, int gates, int states, Recurrence f)
    {
        yield return Of(random, "packed", SequenceLayout.Packed([2, 4, 1]), 3, false);
        yield return Of(random, "packed, reversed", SequenceLayout.Packed([3, 1]), 9, true);
        yield return Of(random, "padded, one empty", SequenceLayout.Padded(3, [2, 0, 3]), 2, false);
        yield return Of(random, "one step", SequenceLayout.Full(3, 1), 17, false);
        yield return Of(random, "padded, reversed", SequenceLayout.Padded(4, [2, 4]), 4, true);
        var (layout, width) = (SequenceLayout.Packed([3, 2]), 3);
        yield return GradientCase.Of(
            Samples.Normal(random, [layout.Rows, gates * width]), Samples.Normal(random, [gates * width, width]),
            Samples.Normal(random, [gates * width]), (a, weight, bias) => f(a, weight, bias, layout, null, false))
            with { Description = "no initial state" };

        GradientCase Of(RandomStream random, string name, SequenceLayout layout, int width, bool reverse) => new(
            name,
            [
                Samples.Normal(random, [layout.Rows, gates * width]),
                Samples.Normal(random, [gates * width, width]), Samples.Normal(random, [gates * width]),
                Samples.Normal(random, [layout.Sequences, states * width]),
            ],
            (_, x) => f(x[0], x[1], x[2], layout, x[3], reverse));
    }
}
