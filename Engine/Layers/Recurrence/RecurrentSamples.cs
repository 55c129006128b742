
namespace Engine.Layers;

/// <summary>
/// The cases on which the gradients of recurrent layers are checked: several layers, both directions, an initial state.
/// </summary>
internal static class RecurrentSamples
{
    public static IEnumerable<GradientCase> Of(RandomStream random, Func<int, bool, Recurrent<double>> create)
    {
        var layout = SequenceLayout.Padded(3, [3, 1]);
        var plain = Randomized(create(2, false));
        yield return new GradientCase(
            "two layers, an initial state, padding",
            [Samples.Normal(random, [6, 3]), Samples.Normal(random, [2, plain.StateWidth])],
            (_, x) => plain.Forward(x[0], layout, x[1]))
        { Module = plain };

        var both = Randomized(create(2, true));
        var packed = SequenceLayout.Packed([1, 3]);
        yield return new GradientCase(
            "both directions, two layers, with the summary of each sequence", [Samples.Normal(random, [4, 3])],
            (_, x) =>
            {
                var y = both.Forward(x[0], packed);
                return Op.Concatenate([y, both.Last(y, packed)], 0);
            })
        { Module = both };
    }

    private static Recurrent<double> Randomized(Recurrent<double> network)
    {
        LayerSamples.Randomize(network);
        return network;
    }
}
