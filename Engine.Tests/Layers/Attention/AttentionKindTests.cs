using Engine.Layers;
using Engine.Tests.Operations;

namespace Engine.Tests.Layers;

/// <summary>
/// The kinds of attention that differ in their scores: dot product, scaled, bilinear, additive, cosine.
/// </summary>
public class AttentionKindTests
{
    /// <summary>
    /// A layer for queries of dQ and keys of dK features, and the score of one pair by the paper's formula.
    /// </summary>
    private delegate (Attention<double> Layer, Func<double[], double[], double> Score) Kind(int dQ, int dK, Draw draw);

    private static readonly Dictionary<string, Kind> Kinds = new()
    {
        ["dot"] = (_, _, _) => (new DotProductAttention<double>(), Dot),
        ["scaled"] = (_, dK, _) => (new ScaledDotProductAttention<double>(), (q, k) => Dot(q, k) / Math.Sqrt(dK)),
        ["cosine"] = (_, _, _) =>
            (new CosineAttention<double>(3), (q, k) => 3 * Dot(q, k) / Math.Sqrt(Dot(q, q) * Dot(k, k))),
        ["bilinear"] = (dQ, dK, draw) =>
        {
            var layer = new BilinearAttention<double>(dQ, dK, draw.Random);
            var w = Numbers.Of(layer.Parameters[0].Value);
            return (layer, (q, k) => q.Select((x, i) => x * k.Select((z, j) => w[i, j] * z).Sum()).Sum());
        },
        ["additive"] = (dQ, dK, draw) =>
        {
            var features = draw.Integer(1, 20);
            var layer = new AdditiveAttention<double>(dQ, dK, features, draw.Random);
            var p = layer.NamedParameters.ToDictionary(named => named.Key, named => Numbers.Of(named.Value.Value));
            double Row(string name, int f, double[] x) => x.Select((value, i) => p[name][f, i] * value).Sum();
            return (layer, (q, k) => Enumerable.Range(0, features).Sum(f =>
                p["v"][0, f] * Math.Tanh(Row("query.weight", f, q) + Row("key.weight", f, k))));
        },
    };

    [Property(MaxTest = 20)]
    public void Weights_and_output_follow_from_the_papers_score(Draw draw) => draw.ForEach(Kinds.Keys, (name, draw) =>
    {
        var (batch, queries, keys, dQ) = (draw.Integer(1, 3), draw.Integer(1, 5), draw.Size(), draw.Integer(1, 20));
        var dK = name is "bilinear" or "additive" ? draw.Integer(1, 20) : dQ;
        var (layer, score) = Kinds[name](dQ, dK, draw);
        var q = draw.Normal([batch, queries, dQ]);
        var (k, v) = (draw.Normal([batch, keys, dK]), draw.Normal([batch, keys, 3]));
        var hidden = Numbers.Of([batch, queries, keys], _ => draw.Integer(0, 2) == 0 ? 1 : 0);
        double[] Row(Numbers x, int b, int i) =>
            x.Values.AsSpan(((b * x.Shape[1]) + i) * x.Shape[2], x.Shape[2]).ToArray();
        var exponentials = Numbers.ByIndex(hidden.Shape, at =>
            hidden[at] == 1 ? 0 : Math.Exp(score(Row(q, at[0], at[1]), Row(k, at[0], at[2]))));
        var weights = exponentials.Rows(row => [.. row.Select(e => row.Sum() == 0 ? 0 : e / row.Sum())]);
        var output = Numbers.ByIndex([batch, queries, 3], at =>
            Enumerable.Range(0, keys).Sum(j => weights[at[0], at[1], j] * v[at[0], j, at[2]]));

        using var tape = new Tape<double>();
        var mask = new Mask(hidden.Shape, i => hidden.Values[i] == 1);
        var (ourOutput, ourWeights) = layer.Forward(q.On(tape), k.On(tape), v.On(tape), mask);
        Close.To(weights, Numbers.Of(ourWeights), 1e-12);
        Close.To(output, Numbers.Of(ourOutput), 1e-12);
        var once = layer.Attend(q.On(tape), layer.ProjectKeys(k.On(tape)), v.On(tape), mask);
        Assert.Equal(ourOutput.ToArray(), once.Output.ToArray());
    });

    [Property(MaxTest = 10)]
    public void A_query_that_sees_no_key_gives_zeros_and_gets_no_gradient(
        Draw draw) => draw.ForEach(Kinds.Keys, (name, draw) =>
    {
        var (layer, _) = Kinds[name](4, 4, draw);
        var mask = new Mask([3, 1], i => i == 1);
        var (y, gradients) = Gradients.Of<double>(
            x => layer.Forward(x[0], x[1], x[2], mask).Output, draw.Random,
            draw.Normal([3, 4]), draw.Normal([5, 4]), draw.Normal([5, 2]));
        Assert.Equal(new double[2], y.Values[2..4]);
        Assert.Equal(new double[4], gradients[0][4..8]);
        Assert.All(y.Values.Concat(gradients.SelectMany(g => g)), value => Assert.True(double.IsFinite(value)));
        Assert.All(gradients[2], g => Assert.NotEqual(0, g));
    });

    [Property(MaxTest = 3)]
    public void If_no_query_sees_a_key_every_gradient_is_zero(Draw draw) => draw.ForEach(Kinds.Keys, (name, draw) =>
    {
        var (layer, _) = Kinds[name](4, 4, draw);
        using var tape = new Tape<double>();
        Tensor<double>[] x = [.. ((Shape[])[[3, 4], [5, 4], [5, 2]]).Select(shape => draw.Normal(shape).On(tape))];
        var (y, weights) = layer.Forward(x[0], x[1], x[2], new Mask([1, 1], [true]));
        Assert.Equal(new double[15], weights.ToArray());
        var set = tape.Backward(Op.Sum(y));
        Assert.All(x.SelectMany(input => set[input].ToArray()), g => Assert.Equal(0, g));
        Assert.All(layer.Parameters.SelectMany(p => set[p].ToArray()), g => Assert.Equal(0, g));
    });

    [Fact]
    public void The_papers_twins_give_zeros_for_a_query_that_sees_no_key()
    {
        var mask = new Mask([3, 1], i => i == 1);
        var random = new RandomStream(1);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        foreach (var attend in (Func<Tensor<double>[], Tensor<double>>[])
            [
                x => Op.ScaledDotProductAttention(x[0], x[1], x[2], mask).Output,
                x => Op.RelativeDotProductAttention(x[0], x[1], x[2], x[3], x[4], mask).Output,
            ])
        {
            var (y, gradients) = Gradients.Of<double>(
                attend, random, Normal([3, 4]), Normal([3, 4]), Normal([3, 4]), Normal([3, 4]), Normal([3, 4]));
            Assert.Equal(new double[4], y.Values[4..8]);
            Assert.Equal(new double[4], gradients[0][4..8]);
            Assert.All(y.Values.Concat(gradients.SelectMany(g => g)), value => Assert.True(double.IsFinite(value)));
        }
    }

    [Property]
    public void Cosine_scores_ignore_the_scale_of_queries_and_keys(Draw draw)
    {
        var layer = new CosineAttention<double>(draw.Integer(1, 9));
        var (q, k) = (draw.Normal([3, draw.Size()]), draw.Normal([4, 1]));
        k = draw.Normal([4, q.Shape[1]]);
        var (s, t) = (Math.Pow(10, draw.Integer(-20, 20)), Math.Pow(10, draw.Integer(-20, 20)));
        Numbers Scores(Numbers q, Numbers k)
        {
            using var tape = new Tape<double>();
            return Numbers.Of(layer.Scores(q.On(tape), layer.ProjectKeys(k.On(tape))));
        }

        Close.To(Scores(q, k), Scores(q.Map(value => s * value), k.Map(value => t * value)), 1e-13);
    }

    [Fact]
    public void A_row_of_length_zero_stays_zero_and_gets_no_gradient()
    {
        var (y, gradients) = Gradients.Of<double>(
            x => Op.L2Normalize(x[0]), new RandomStream(1), Numbers.Of([2, 2], i => i < 2 ? 0 : 3 + i));
        Assert.Equal([0, 0], y.Values[..2]);
        Assert.Equal([0, 0], gradients[0][..2]);
        Close.To([5 / Math.Sqrt(61), 6 / Math.Sqrt(61)], y.Values[2..], 1e-15);
    }

    [Fact]
    public void Scaled_scores_keep_the_variance_and_unscaled_scores_multiply_it_by_dK()
    {
        var random = new RandomStream(5);
        using var tape = new Tape<double>();
        Tensor<double> Normal() => tape.Constant(Samples.Normal(random, [100, 64]));
        var (q, k) = (Normal(), Normal());
        Assert.Equal(64, new DotProductAttention<double>().Scores(q, k).ToArray().Average(s => s * s), 4.0);
        Assert.Equal(1, new ScaledDotProductAttention<double>().Scores(q, k).ToArray().Average(s => s * s), 0.06);
    }

    [Fact]
    public void Parameters_are_named_and_shaped_as_documented()
    {
        var random = new RandomStream(1);
        Assert.Equal(["weight [3, 5]"], LayerTests.Names(new BilinearAttention<float>(3, 5, random)));
        Assert.Equal(
            ["query.weight [7, 3]", "key.weight [7, 5]", "v [1, 7]"],
            LayerTests.Names(new AdditiveAttention<float>(3, 5, 7, random)));
        Assert.Equal(["weight [2, 3, 5]", "bias [2]"], LayerTests.Names(new Bilinear<float>(3, 5, 2, random)));
    }

    [Property(MaxTest = 20)]
    public void Bilinear_equals_the_sum_of_its_formula(Draw draw)
    {
        var (rows, m, n, outputs) = (draw.Integer(1, 4), draw.Size(), draw.Integer(1, 20), draw.Integer(1, 4));
        var layer = new Bilinear<double>(m, n, outputs, draw.Random);
        LayerSamples.Randomize(layer);
        var (w, b) = (Numbers.Of(layer.Parameters[0].Value), Numbers.Of(layer.Parameters[1].Value));
        var (x, z) = (draw.Normal([rows, m]), draw.Normal([rows, n]));
        var expected = Numbers.ByIndex([rows, outputs], at => b[at[1]] + Enumerable.Range(0, m).Sum(i =>
            Enumerable.Range(0, n).Sum(j => x[at[0], i] * w[at[1], i, j] * z[at[0], j])));
        using var tape = new Tape<double>();
        Close.To(expected, Numbers.Of(layer.Forward(x.On(tape), z.On(tape))), 1e-12);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named_with_a_remedy()
    {
        using var tape = new Tape<double>();
        Tensor<double> Zeros(params ReadOnlySpan<int> shape) => tape.Constant(Tensor<double>.Zeros(new Shape(shape)));
        Says(
            "DotProductAttention: queries [2, 3] have 3 features and keys [4, 5] 5; they must be equal. Use " +
            "BilinearAttention or AdditiveAttention?",
            () => new DotProductAttention<double>().Forward(Zeros(2, 3), Zeros(4, 5), Zeros(4, 1)).Output);
        Says(
            "CosineAttention: queries [2, 3], keys [4, 3] and values [5, 1] must be matrices or batches of them, " +
            "with a value for each key. Give [queries, dQ], [keys, dK], [keys, dV].",
            () => new CosineAttention<double>().Forward(Zeros(2, 3), Zeros(4, 3), Zeros(5, 1)).Output);
        Says(
            "CosineAttention: queries [3], keys [4, 3] and values [4, 1] must be matrices or batches of them, " +
            "with a value for each key. Give [queries, dQ], [keys, dK], [keys, dV].",
            () => new CosineAttention<double>().Forward(Zeros(3), Zeros(4, 3), Zeros(4, 1)).Output);
        Says(
            "CosineAttention: queries [2, 3], keys [3] and values [4, 1] must be matrices or batches of them, " +
            "with a value for each key. Give [queries, dQ], [keys, dK], [keys, dV].",
            () => new CosineAttention<double>().Forward(Zeros(2, 3), Zeros(3), Zeros(4, 1)).Output);
        Says(
            "CosineAttention: queries [2, 3], keys [4, 3] and values [4] must be matrices or batches of them, " +
            "with a value for each key. Give [queries, dQ], [keys, dK], [keys, dV].",
            () => new CosineAttention<double>().Forward(Zeros(2, 3), Zeros(4, 3), Zeros(4)).Output);
        Says(
            "Bilinear: x [] and z [5] do not fit the weight [1, 3, 5]; give x [..., 3] and z [..., 5] with " +
            "equal dimensions before the last.",
            () => new Bilinear<double>(3, 5, 1, new RandomStream(1)).Forward(Zeros(), Zeros(5)));
        Says(
            "Bilinear: x [2, 3] and z [4, 5] do not fit the weight [1, 3, 5]; give x [..., 3] and z [..., 5] with " +
            "equal dimensions before the last.",
            () => new Bilinear<double>(3, 5, 1, new RandomStream(1)).Forward(Zeros(2, 3), Zeros(4, 5)));
        Says(
            "MaskedSoftmax: a mask of [1, 2, 3] does not broadcast to [2, 3]; give it 1 in each dimension along " +
            "which it repeats.",
            () => Op.MaskedSoftmax(Zeros(2, 3), new Mask([1, 2, 3], _ => false)));

        static void Says(string message, Func<object> use) =>
            Assert.Equal(message, Assert.Throws<ShapeException>(use).Message);
    }

    private static double Dot(double[] x, double[] z) => x.Zip(z, (a, b) => a * b).Sum();
}
