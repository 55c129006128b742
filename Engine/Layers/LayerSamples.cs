
namespace Engine.Layers;

/// <summary>The cases on which the gradients of layers are checked, for inputs and parameters.</summary>
internal static class LayerSamples
{
    public static IEnumerable<GradientCase> Linear(RandomStream random)
    {
        yield return Of(new Linear<double>(3, 5, random), Samples.Normal(random, [4, 3]));
        yield return Of(new Linear<double>(9, 2, random, bias: false), Samples.Normal(random, [2, 2, 9]));
        yield return Of(new Linear<double>(4, 17, random, relu: true), Samples.Normal(random, [3, 4]));
    }

    public static IEnumerable<GradientCase> LayerNorm(RandomStream random)
    {
        yield return Of(new LayerNorm<double>(5), Samples.Normal(random, [3, 5]));
        yield return Of(new LayerNorm<double>(17, 1e-2), Samples.Normal(random, [2, 17]));
    }

    public static IEnumerable<GradientCase> RmsNorm(RandomStream random)
    {
        yield return Of(new RmsNorm<double>(5), Samples.Normal(random, [3, 5]));
        yield return Of(new RmsNorm<double>(17, 1e-2), Samples.Normal(random, [2, 17]));
    }

    public static IEnumerable<GradientCase> BatchNorm(RandomStream random)
    {
        yield return Of(new BatchNorm<double>(5), Samples.Normal(random, [4, 5]));
        var channels = new BatchNorm<double>(3, 1e-2);
        foreach (var (_, buffer) in channels.NamedBuffers)
            Samples.Positive(random, buffer.Shape).CopyTo(buffer.Update());
        yield return Of(channels, Samples.Normal(random, [2, 3, 4])) with { Mode = Mode.Evaluation };
        yield return OverRows(new BatchNorm<double>(5), random, causal: false);
    }

    public static IEnumerable<GradientCase> InstanceNorm(RandomStream random)
    {
        yield return Of(new InstanceNorm<double>(3, 1e-2), Samples.Normal(random, [2, 3, 4]));
        yield return OverRows(new InstanceNorm<double>(5, 1e-2), random, causal: false);
        yield return OverRows(new InstanceNorm<double>(5, 1e-2), random, causal: true);
    }

    public static IEnumerable<GradientCase> GroupNorm(RandomStream random)
    {
        yield return Of(new GroupNorm<double>(2, 6, 1e-2), Samples.Normal(random, [2, 6, 4]));
        yield return OverRows(new GroupNorm<double>(2, 6, 1e-2), random, causal: false);
        yield return OverRows(new GroupNorm<double>(2, 6, 1e-2), random, causal: true);
    }

    public static IEnumerable<GradientCase> FeedForward(RandomStream random)
    {
        foreach (var activation in Enum.GetValues<Activation>())
        {
            var network = new FeedForward<double>(3, 9, random, activation, activation == Activation.Gelu ? 0.3 : 0);
            var check = Of(network, Samples.Normal(random, [4, 3]));
            yield return check with { Description = $"{activation}, {check.Description}" };
        }
    }

    public static IEnumerable<GradientCase> Swish(RandomStream random)
    {
        yield return Of(new Swish<double>(), Samples.Normal(random, [3, 9]));
        yield return Of(new Swish<double>(-0.6), Samples.Normal(random, [2, 2, 4]));
    }

    public static IEnumerable<GradientCase> Embedding(RandomStream random)
    {
        var embedding = new Embedding<double>(6, 5, random, paddingIndex: 0);
        yield return new GradientCase("tokens 3, 1, 3", [], (tape, _) => embedding.Forward(tape, [3, 1, 3]))
        { Module = embedding };
    }

    public static IEnumerable<GradientCase> MultiHeadAttention(RandomStream random)
    {
        var layout = SequenceLayout.Padded(3, [3, 2]);
        var self = new MultiHeadAttention<double>(4, 2, random);
        yield return new GradientCase(
            "self, causal, padded", [Samples.Normal(random, [6, 4])],
            (_, inputs) => self.Forward(inputs[0], layout, true))
        { Module = self };

        var memoryLayout = SequenceLayout.Padded(4, [2, 4]);
        var cross = new MultiHeadAttention<double>(6, 3, random, dropout: 0.2);
        yield return new GradientCase(
            "cross, dropout, padded", [Samples.Normal(random, [6, 6]), Samples.Normal(random, [8, 6])],
            (_, inputs) => cross.Forward(inputs[0], layout, cross.ProjectMemory(inputs[1]), memoryLayout))
        { Module = cross };

        foreach (var positions in (PositionEncoding[])[PositionEncoding.Relative, PositionEncoding.Rotary])
        {
            var placed = new MultiHeadAttention<double>(4, 2, random, dropout: 0.2, positions);
            Randomize(placed);
            yield return new GradientCase(
                $"self, causal, padded, {positions}", [Samples.Normal(random, [6, 4])],
                (_, inputs) => placed.Forward(inputs[0], layout, true))
            { Module = placed };
        }
    }

    public static IEnumerable<GradientCase> RelativePositions(RandomStream random)
    {
        var layout = SequenceLayout.Padded(4, [4, 2]);
        var relative = new RelativePositions<double>(3, random, clip: 2);
        yield return new GradientCase(
            "causal, padded", [Samples.Normal(random, [8, 6]), Samples.Normal(random, [8, 12])],
            (_, inputs) => relative.Attend(
                Ordered(inputs[0]), Ordered(inputs[1]), new(Ordered(inputs[1]), 6), 2, layout, layout, true))
        { Module = relative };
    }

    public static IEnumerable<GradientCase> LearnedPositions(RandomStream random)
    {
        var positions = new LearnedPositions<double>(5, 3, random);
        foreach (var first in (int[])[0, 2])
        {
            yield return new GradientCase(
                $"from position {first} on", [],
                (tape, _) => positions.Forward(tape, SequenceLayout.Packed([3, 1]), first))
            { Module = positions };
        }
    }

    public static IEnumerable<GradientCase> Bilinear(RandomStream random)
    {
        foreach (var (shape, xFeatures, zFeatures, outputs) in ((Shape, int, int, int)[])
            [([3, 4], 4, 5, 2), ([2, 2, 3], 3, 9, 3), ([5], 5, 2, 1)])
        {
            var bilinear = new Bilinear<double>(xFeatures, zFeatures, outputs, random);
            Randomize(bilinear);
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, shape.With(^1, zFeatures)), bilinear.Forward)
                with { Module = bilinear };
        }
    }

    // The gradient sweep also gives transposed inputs; attention needs contiguous rows.
    private static Tensor<double> Ordered(Tensor<double> x) => x.IsContiguous ? x : Op.Reshape(x, x.Shape);

    private static GradientCase Of(Layer<double> layer, Tensor<double> x)
    {
        // Biases that are all 0 would hide an error in their use.
        Randomize(layer);
        return GradientCase.Of(x, layer.Forward) with { Module = layer };
    }

    private static GradientCase OverRows(Norm<double> norm, RandomStream random, bool causal)
    {
        Randomize(norm);
        var layout = SequenceLayout.Padded(4, [4, 3]);
        return new GradientCase(
            causal ? "padded rows, causal" : "padded rows",
            [Samples.Normal(random, [8, norm.Parameters[0].Count])],
            (_, inputs) => norm.Forward(inputs[0], layout, causal))
        { Module = norm };
    }

    /// <summary>Adds random numbers to the initial values of every parameter.</summary>
    internal static void Randomize(Module<double> module)
    {
        var random = new RandomStream(3);
        foreach (var parameter in module.Parameters)
            foreach (ref var value in parameter.Update()) value += 0.3 * random.NextNormal();
    }
}
