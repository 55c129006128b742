using Engine.Kernels;

namespace Engine.Tests.Operations;

/// <summary>
/// The library's reference implementations as operations on a tape, so that values and gradients of an operation and of
/// its twin are compared in the same way, and so that the gradient check can look at the twins themselves.
/// </summary>
internal static class Twin
{
    private static readonly CatalogueEntry Entry = new("Twin", "a reference implementation", _ => []);

    public static Tensor<double> LayerNorm(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double epsilon) =>
        Record(
            x.Shape, [x, gamma, beta], n => LayerNormTwin.Forward(n[0], n[1], n[2], epsilon),
            (n, dY) => List(LayerNormTwin.Backward(n[0], n[1], epsilon, dY)));

    public static Tensor<double> RmsNorm(Tensor<double> x, Tensor<double> gamma, double epsilon) =>
        Record(
            x.Shape, [x, gamma], n => RmsNormTwin.Forward(n[0], n[1], epsilon),
            (n, dY) => List(RmsNormTwin.Backward(n[0], n[1], epsilon, dY)));

    public static Tensor<double> L2Normalize(Tensor<double> x) =>
        Record(
            x.Shape, [x], n => L2NormalizeTwin.Forward(n[0], x.Shape[^1]),
            (n, dY) => [L2NormalizeTwin.Backward(n[0], dY, x.Shape[^1])]);

    public static Tensor<double> Softmax(Tensor<double> x) =>
        Record(
            x.Shape, [x], n => SoftmaxTwin.Forward(n[0], x.Shape[^1]),
            (n, dY) => [SoftmaxTwin.Backward(SoftmaxTwin.Forward(n[0], x.Shape[^1]), dY, x.Shape[^1])]);

    /// <summary>Where <paramref name="hidden"/> says so of an element, -infinity stands in its place.</summary>
    public static Tensor<double> MaskedSoftmax(Tensor<double> x, Func<int, bool> hidden)
    {
        double[] Masked(double[] values) => [.. values.Select((v, i) => hidden(i) ? double.NegativeInfinity : v)];
        double[] Forward(double[] values) => SoftmaxTwin.Forward(Masked(values), x.Shape[^1], emptyIsZero: true);
        return Record(
            x.Shape, [x], n => Forward(n[0]), (n, dY) => [SoftmaxTwin.Backward(Forward(n[0]), dY, x.Shape[^1])]);
    }

    public static Tensor<double> LogSoftmax(Tensor<double> x) =>
        Record(
            x.Shape, [x], n => LogSoftmaxTwin.Forward(n[0], x.Shape[^1]),
            (n, dY) => [LogSoftmaxTwin.Backward(LogSoftmaxTwin.Forward(n[0], x.Shape[^1]), dY, x.Shape[^1])]);

    public static Tensor<double> CrossEntropy(
        Tensor<double> logits, int[] targets, int ignored = -1, double smoothing = 0,
        Reduction reduction = Reduction.Mean)
    {
        var divisor = reduction == Reduction.Mean ? Math.Max(targets.Count(target => target != ignored), 1) : 1;
        return Op.Scale(
            Record(
                [], [logits], n => [CrossEntropyTwin.Loss(n[0], targets, ignored, smoothing)],
                (n, dY) => [Times(dY[0], CrossEntropyTwin.Gradient(n[0], targets, ignored, smoothing))]),
            1.0 / divisor);
    }

    public static Tensor<double> SymmetricKl(Tensor<double> x, Tensor<double> z, Reduction reduction = Reduction.Mean)
    {
        var n = x.Shape[^1];
        return Op.Scale(
            Record(
                [], [x, z], v => [RDropTwin.Divergence(v[0], v[1], n)],
                (v, dY) => List(RDropTwin.Gradient(v[0], v[1], n)).ConvertAll(g => Times(dY[0], g))),
            reduction == Reduction.Mean ? 1.0 * n / x.Count : 1);
    }

    public static Tensor<double> ProjectionCrossEntropy(
        Tensor<double> x, Tensor<double> weight, int[] targets, int ignored, double smoothing, double divisor = 1) =>
        Record(
            [], [x, weight], n => [VocabularyLossTwin.Loss(n[0], n[1], targets, ignored, smoothing, divisor)],
            (n, dY) => List(VocabularyLossTwin.Gradients(n[0], n[1], targets, ignored, smoothing, divisor))
                .ConvertAll(g => Times(dY[0], g)));

    public static Tensor<double> ProjectionRDrop(
        Tensor<double> x, Tensor<double> weight, int[] targets, double alpha, double smoothing, double divisor = 1)
    {
        int[] both = [.. targets, .. targets];
        return Record(
            [], [x, weight], n => [VocabularyLossTwin.Loss(n[0], n[1], both, -1, smoothing, divisor, alpha)],
            (n, dY) => List(VocabularyLossTwin.Gradients(n[0], n[1], both, -1, smoothing, divisor, alpha))
                .ConvertAll(g => Times(dY[0], g)));
    }

    /// <summary>Dropout by the tape's next stream.</summary>
    public static Tensor<double> Dropout(Tensor<double> x, double probability)
    {
        var factors = DropoutTwin.Factors(x.Tape.NextStream().Key, probability, x.Count);
        return Record(
            x.Shape, [x], n => [.. n[0].Zip(factors, (v, k) => v * k)],
            (_, dY) => [[.. dY.Zip(factors, (v, k) => v * k)]]);
    }

    public static Tensor<double> Linear(
        Tensor<double> x, Tensor<double> weight, Tensor<double> bias, bool relu = false) =>
        Record(
            x.Shape.With(^1, bias.Count), [x, weight, bias], n => LinearTwin.Forward(n[0], n[1], n[2], relu),
            (n, dY) => List(LinearTwin.Backward(
                n[0], n[1], LinearTwin.Forward(n[0], n[1], n[2], relu), dY, bias.Count, relu)));

    public static Tensor<double> Attention(
        Tensor<double> q, Tensor<double> k, Tensor<double> v, int heads, SequenceLayout queries, SequenceLayout keys,
        bool causal = false, Func<int, int, int, int, double>? kept = null)
    {
        var twin = new AttentionTwin(queries, keys, heads, q.Shape[1] / heads, causal, kept);
        return Record(
            q.Shape, [q, k, v], n => twin.Forward(n[0], n[1], n[2]),
            (n, dY) => List(twin.Backward(n[0], n[1], n[2], dY)));
    }

    public static Tensor<double> RelativeAttention(
        Tensor<double>[] x, int heads, SequenceLayout queries, SequenceLayout keys, bool causal = false,
        Func<int, int, int, int, double>? kept = null, int first = 0)
    {
        var twin = new RelativeAttentionTwin(queries, keys, heads, x[3].Shape[1], causal, kept, first);
        return Record(
            x[0].Shape, x, n => twin.Forward(n[0], n[1], n[2], n[3], n[4]),
            (n, dY) =>
            {
                var (dQ, dK, dV, dAK, dAV) = twin.Backward(n[0], n[1], n[2], n[3], n[4], dY);
                return [dQ, dK, dV, dAK, dAV];
            });
    }

    public static Tensor<double> Rotary(
        Tensor<double> x, SequenceLayout layout, int dK, int columns, double theta = 10000, int first = 0)
    {
        var twin = new RotaryTwin(layout, dK, x.Shape[1], columns, theta, first);
        return Record(x.Shape, [x], n => twin.Forward(n[0]), (_, dY) => [twin.Backward(dY)]);
    }

    public static Tensor<double> Conv1d(
        Tensor<double> x, Tensor<double> weight, Tensor<double> bias, SequenceLayout layout, Window window)
    {
        var twin = new Conv1dTwin(layout, window, weight.Shape[1], weight.Shape[0]);
        return Record(
            [window.Over(layout).Rows, weight.Shape[0]], [x, weight, bias], n => twin.Forward(n[0], n[1], n[2]),
            (n, dY) => List(twin.Backward(n[0], n[1], dY)));
    }

    public static Tensor<double> MeanPool(Tensor<double> x, SequenceLayout layout)
    {
        var twin = new PoolingTwin(layout, x.Shape[1]);
        return Record(
            [layout.Sequences, x.Shape[1]], [x], n => twin.Mean(n[0]), (_, dY) => [twin.MeanBackward(dY)]);
    }

    public static Tensor<double> MaxPool(Tensor<double> x, SequenceLayout layout)
    {
        var twin = new PoolingTwin(layout, x.Shape[1]);
        return Record(
            [layout.Sequences, x.Shape[1]], [x], n => twin.Max(n[0]), (n, dY) => [twin.MaxBackward(n[0], dY)]);
    }

    public static Tensor<double> WeightedPool(Tensor<double> scores, Tensor<double> x, SequenceLayout layout)
    {
        var twin = new PoolingTwin(layout, x.Shape[1]);
        return Record(
            [layout.Sequences, x.Shape[1]], [scores, x], n => twin.SoftmaxWeighted(n[0], n[1]),
            (n, dY) => List(twin.SoftmaxWeightedBackward(n[0], n[1], dY)));
    }

    /// <summary>BatchNorm of [rows, channels] or [batch, channels, length].</summary>
    /// <param name="x">The elements.</param>
    /// <param name="gamma">[channels].</param>
    /// <param name="beta">[channels].</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <param name="layout">Where x is of rows: which are padding.</param>
    /// <param name="given">The mean and variance of each channel, where they are not the batch's.</param>
    public static Tensor<double> BatchNorm(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double epsilon, SequenceLayout? layout = null,
        (double[] Mean, double[] Variance)? given = null) =>
        Slices(x, gamma, beta, epsilon, (_, channel, isPadding) => isPadding ? -1 : channel, layout, given);

    /// <summary>GroupNorm of [batch, channels] or [batch, channels, length], or of rows with a layout.</summary>
    public static Tensor<double> GroupNorm(
        Tensor<double> x, int groups, Tensor<double> gamma, Tensor<double> beta, double epsilon,
        SequenceLayout? layout = null) =>
        Slices(
            x, gamma, beta, epsilon,
            (sequence, channel, isPadding) =>
                isPadding ? -1 : (sequence * groups) + (channel / (x.Shape[1] / groups)), layout);

    /// <summary>InstanceNorm: each channel is a group.</summary>
    public static Tensor<double> InstanceNorm(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double epsilon, SequenceLayout? layout = null) =>
        GroupNorm(x, x.Shape[1], gamma, beta, epsilon, layout);

    private static Tensor<double> Slices(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double epsilon,
        Func<int, int, bool, int> sliceOf, SequenceLayout? layout,
        (double[] Mean, double[] Variance)? given = null)
    {
        var length = x.Shape.Rank == 3 ? x.Shape[2] : 1;
        int Channel(int i) => i / length % x.Shape[1];
        var sequences = new int[x.Shape[0]];
        var padding = new bool[x.Shape[0]];
        for (var row = 0; row < sequences.Length; row++) sequences[row] = row;
        for (var s = 0; s < (layout?.Sequences ?? 0); s++)
        {
            for (var i = 0; i < layout!.Extent(s); i++)
                (sequences[layout.Start(s) + i], padding[layout.Start(s) + i]) = (s, i >= layout.Length(s));
        }
        var twin = new SliceNormalizationTwin(
            Channel, i => sliceOf(sequences[i / length / x.Shape[1]], Channel(i), padding[i / length / x.Shape[1]]),
            given);
        return Record(
            x.Shape, [x, gamma, beta], n => twin.Forward(n[0], n[1], n[2], epsilon),
            (n, dY) => List(twin.Backward(n[0], n[1], epsilon, dY)));
    }

    /// <summary>An operation of inputs, given as their numbers in order, and its gradients of them.</summary>
    private static Tensor<double> Record(
        Shape shape, Tensor<double>[] inputs, Func<double[][], double[]> forward,
        Func<double[][], double[], List<double[]>> backward)
    {
        var tape = Tape<double>.Of(Entry, inputs);
        double[][] values = [.. inputs.Select(input => input.ToArray())];
        var y = tape.Constant(shape, forward(values));
        return tape.Record(Entry, y, inputs, adjoints =>
        {
            var gradients = backward(values, adjoints.Of(y).ToArray());
            for (var i = 0; i < inputs.Length; i++)
                if (adjoints.Wants(inputs[i])) adjoints.Into(inputs[i]).Add(gradients[i]);
        });
    }

    private static double[] Times(double factor, double[] values) => Array.ConvertAll(values, v => factor * v);

    private static List<double[]> List((double[] X, double[] Y) of) => [of.X, of.Y];

    private static List<double[]> List((double[] X, double[] Y, double[] Z) of) => [of.X, of.Y, of.Z];
}
