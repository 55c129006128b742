
namespace Engine.Tests.Operations;

public class AttentionTests
{
    [Property]
    public void Attention_equals_its_twin_head_by_head_with_all_three_gradients(Draw draw)
    {
        var heads = draw.Integer(1, 3);
        var (dModel, sequences) = (heads * draw.Integer(1, 9), draw.Integer(1, 3));
        var queries = draw.Layout(sequences);
        var causal = draw.Flip();
        var keys = causal ? queries : draw.Layout(sequences);
        var (q, k, v) = (draw.Normal([queries.Rows, dModel]), draw.Normal([keys.Rows, dModel]),
            draw.Normal([keys.Rows, dModel]));
        // Padding queries attend as well; whatever they give is unused, and the twin has no rows for them.
        var real = RealRows(queries);
        Gradients.Agree(
            x => Op.Embedding(Op.Attention<double>(x[0], x[1], x[2], heads, dModel, queries, keys, causal), real),
            x => Twin(x[0], x[1], x[2], heads, queries, keys, causal), draw.Random, q, k, v);
    }

    [Property]
    public void Attention_in_float_agrees_with_double(Draw draw)
    {
        var (queries, keys) = (draw.Layout(2), draw.Layout(2));
        Numbers[] x = [draw.Normal([queries.Rows, 12]), draw.Normal([keys.Rows, 12]), draw.Normal([keys.Rows, 12])];
        using var doubles = new Tape<double>();
        using var floats = new Tape<float>();
        var expected = Op.Attention<double>(x[0].On(doubles), x[1].On(doubles), x[2].On(doubles), 3, 12, queries,
            keys);
        var actual = Op.Attention<float>(x[0].On(floats), x[1].On(floats), x[2].On(floats), 3, 12, queries, keys);
        Close.To(Numbers.Of(expected), Numbers.Of(actual), Forward.InFloat);
    }

    [Property]
    public void Stretches_of_one_matrix_are_the_same_as_three_matrices(Draw draw)
    {
        var layout = draw.Layout(draw.Integer(1, 3));
        var qkv = draw.Normal([layout.Rows, 3 * 6]);
        Gradients.Agree(
            x => Op.Attention(
                new ColumnBlock<double>(x[0]), new(x[0], 6), new(x[0], 12), 2, 6, layout, layout, true),
            x => Op.Attention<double>(Part(x[0], 0), Part(x[0], 6), Part(x[0], 12), 2, 6, layout, layout, true),
            draw.Random, qkv);
    }

    [Fact]
    public void A_sequence_without_rows_may_come_last()
    {
        var (layout, random) = (SequenceLayout.Packed([3, 0]), new RandomStream(3));
        var qkv = Numbers.Of(Samples.Normal(random, [3, 3 * 6]));
        Gradients.Agree(
            x => Op.Attention(new ColumnBlock<double>(x[0]), new(x[0], 6), new(x[0], 12), 2, 6, layout, layout),
            x => Twin(Part(x[0], 0), Part(x[0], 6), Part(x[0], 12), 2, SequenceLayout.Full(1, 3),
                SequenceLayout.Full(1, 3), false),
            random, qkv);
    }

    [Fact]
    public void A_sequence_without_keys_may_come_last()
    {
        var (queries, keys) = (SequenceLayout.Packed([3, 2]), SequenceLayout.Packed([4, 0]));
        var random = new RandomStream(3);
        Gradients.Agree(
            x => Op.Attention<double>(x[0], new(x[1]), new(x[1], 6), 2, 6, queries, keys),
            x => Op.Concatenate(
                [
                    Twin(Op.Slice(x[0], 0, 0, 3), Part(x[1], 0), Part(x[1], 6), 2, SequenceLayout.Full(1, 3),
                        SequenceLayout.Full(1, 4), false),
                    Op.Scale(Op.Slice(x[0], 0, 3, 2), 0),
                ], 0),
            random, Numbers.Of(Samples.Normal(random, [5, 6])), Numbers.Of(Samples.Normal(random, [4, 12])));
    }

    [Fact]
    public void Attention_of_several_heads_over_sequences_of_unlike_extents_equals_its_twin()
    {
        // No two sequences have as many queries, or as many keys, and the rows of weights straddle vectors.
        var (queries, keys) = (SequenceLayout.Packed([2, 7, 1, 4]), SequenceLayout.Packed([9, 3, 17, 5]));
        var random = new RandomStream(3);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        Gradients.Agree(
            x => Op.Attention<double>(x[0], x[1], x[2], 4, 12, queries, keys),
            x => Twin(x[0], x[1], x[2], 4, queries, keys, false), random, Normal([14, 12]), Normal([34, 12]),
            Normal([34, 12]));
    }

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros_and_takes_no_gradient()
    {
        var (queries, keys) = (SequenceLayout.Full(2, 3), SequenceLayout.Padded(4, [0, 3]));
        var random = new RandomStream(1);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        foreach (var dropout in (double[])[0, 0.4])
        {
            var (y, gradients) = Gradients.Of(
                x => Op.Attention<double>(x[0], x[1], x[2], 2, 4, queries, keys, dropout: dropout), random,
                Normal([6, 4]), Normal([8, 4]), Normal([8, 4]));
            Assert.Equal(new double[12], y.Values[..12]);
            Assert.Equal(new double[12], gradients[0][..12]);
            Assert.Equal(new double[16], gradients[1][..16]);
            Assert.Equal(new double[16], gradients[2][..16]);
            Assert.All(gradients.SelectMany(g => g).Concat(y.Values), g => Assert.True(double.IsFinite(g)));
            Assert.All(y.Values[12..], value => Assert.NotEqual(0, value));
        }
    }

    [Fact]
    public void Padding_keys_and_values_get_no_gradient_even_if_they_are_not_numbers()
    {
        var (queries, keys) = (SequenceLayout.Full(1, 3), SequenceLayout.Padded(4, [2]));
        var k = Numbers.Of([4, 2], i => i < 4 ? i : double.NaN);
        var (y, gradients) = Gradients.Of(
            x => Op.Attention<double>(x[0], x[1], x[2], 1, 2, queries, keys), new RandomStream(1),
            Numbers.Of([3, 2], i => i), k, k);
        Assert.All(y.Values, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(new double[4], gradients[1][4..]);
        Assert.Equal(new double[4], gradients[2][4..]);
    }

    [Fact]
    public void Weights_given_to_the_observer_are_the_twins()
    {
        var layout = SequenceLayout.Packed([3, 2]);
        var random = new RandomStream(3);
        using var tape = new Tape<double>();
        var (q, k) = (tape.Constant(Samples.Normal(random, [5, 4])), tape.Constant(Samples.Normal(random, [5, 4])));
        AttentionPlan? plan = null;
        double[] weights = [];
        Op.Attention<double>(q, k, k, 2, 4, layout, layout, true, observer: (p, w) =>
            (plan, weights) = (p, (double[])w));
        Assert.Equal((2, 4, 2, true, 26), (plan!.Heads, plan.DModel, plan.DK, plan.Causal, plan.WeightCount));
        for (var s = 0; s < 2; s++)
        {
            for (var h = 0; h < 2; h++)
            {
                var (start, length) = (layout.Start(s), layout.Length(s));
                var (_, expected) = Op.ScaledDotProductAttention(
                    Head(q, start, length, h, 2), Head(k, start, length, h, 2), Head(k, start, length, h, 2),
                    Mask.Causal(length));
                Close.To(expected.ToArray(), weights[plan.OffsetOf(s, h)..][..(length * length)], 1e-14);
            }
        }
    }

    [Fact]
    public void Dropout_drops_weights_keeps_their_expectation_and_leaves_what_is_seen_alone()
    {
        var layout = SequenceLayout.Full(1, 50);
        using var tape = new Tape<double>(Mode.Training, new RandomStream(1));
        var q = tape.Constant(Tensor<double>.Zeros([50, 100]));
        var ones = tape.Constant(Tensor<double>.From([50, 100], [.. Enumerable.Repeat(1.0, 5000)]));
        var y = Op.Attention<double>(q, q, ones, 100, 100, layout, layout, dropout: 0.25);
        Assert.Equal(1, y.ToArray().Average(), 0.01);
        Assert.All(y.ToArray(), value => Assert.Equal(0, Math.IEEERemainder(value * 0.75 * 50, 1), 9));
        using var evaluation = new Tape<double>(Mode.Evaluation);
        q = evaluation.Constant(Tensor<double>.Zeros([50, 100]));
        ones = evaluation.Constant(Tensor<double>.From([50, 100], [.. Enumerable.Repeat(1.0, 5000)]));
        Close.To(ones.ToArray(), Op.Attention<double>(q, q, ones, 100, 100, layout, layout, dropout: 0.25).ToArray(),
            1e-14);
    }

    [Fact]
    public void The_twin_takes_batches_of_heads_and_any_mask()
    {
        var random = new RandomStream(2);
        using var tape = new Tape<double>();
        var (q, k, v) = (tape.Constant(Samples.Normal(random, [2, 3, 4, 5])),
            tape.Constant(Samples.Normal(random, [2, 3, 6, 5])),
            tape.Constant(Samples.Normal(random, [2, 3, 6, 7])));
        var (y, weights) = Op.ScaledDotProductAttention(q, k, v, new Mask([2, 1, 1, 6], i => i is 1 or 8));
        Assert.Equal([2, 3, 4, 7], y.Shape);
        Assert.Equal((0, 0), (weights[0, 2, 3, 1], weights[1, 0, 0, 2]));
        foreach (var row in weights.ToArray().Chunk(6)) Assert.Equal(1, row.Sum(), 12);
        var scores = Enumerable.Range(0, 6).Select(j => j == 1 ? 0
            : Math.Exp(Enumerable.Range(0, 5).Sum(i => q[0, 1, 2, i] * k[0, 1, j, i]) / Math.Sqrt(5))).ToArray();
        Close.To([Enumerable.Range(0, 6).Sum(j => scores[j] / scores.Sum() * v[0, 1, j, 3])], [y[0, 1, 2, 3]], 1e-13);
    }

    /// <summary>Attention by its twin, a sequence and a head at a time, on the real rows alone.</summary>
    private static Tensor<double> Twin(
        Tensor<double> q, Tensor<double> k, Tensor<double> v, int heads, SequenceLayout queries, SequenceLayout keys,
        bool causal)
    {
        var rows = new List<Tensor<double>>();
        for (var s = 0; s < queries.Sequences; s++)
        {
            var (dK, seen) = (q.Shape[1] / heads, keys.Length(s));
            rows.Add(Op.Concatenate(
                [.. Enumerable.Range(0, heads).Select(h => Op.ScaledDotProductAttention(
                    Head(q, queries.Start(s), queries.Length(s), h, dK), Head(k, keys.Start(s), seen, h, dK),
                    Head(v, keys.Start(s), seen, h, dK), causal ? Mask.Causal(seen) : null).Output)], 1));
        }
        return Op.Concatenate(rows, 0);
    }

    internal static Tensor<double> Head(Tensor<double> x, int start, int length, int head, int dK) =>
        Op.Slice(Op.Slice(x, 0, start, length), 1, head * dK, dK);

    private static Tensor<double> Part(Tensor<double> x, int first)
    {
        var part = Op.Slice(x, 1, first, 6);
        var copy = x.Tape.Allocate(part.Shape);
        part.CopyTo(copy.Span);
        return x.Tape.Record(Op.SliceEntry, copy, [part], adjoints =>
            adjoints.Pass(copy, part));
    }

    internal static int[] RealRows(SequenceLayout layout) =>
        [.. Enumerable.Range(0, layout.Sequences).SelectMany(s => Enumerable.Range(layout.Start(s), layout.Length(s)))];
}
