using Engine.Kernels;
using Engine.Tests.Fixtures;

namespace Engine.Tests.Operations;

public class AttentionTests
{
    [Property]
    public void Attention_equals_its_twin(Draw draw)
    {
        var heads = draw.Integer(1, 3);
        var (dModel, sequences) = (heads * draw.Integer(1, 9), draw.Integer(1, 3));
        var queries = draw.Layout(sequences);
        var causal = draw.Flip();
        var keys = causal ? queries : draw.Layout(sequences);
        Gradients.EqualTwinInOrder(
            draw.Random, x => Op.Attention<double>(x[0], x[1], x[2], heads, dModel, queries, keys, causal),
            x => Op.Attention<float>(x[0], x[1], x[2], heads, dModel, queries, keys, causal),
            x => Twin.Attention(x[0], x[1], x[2], heads, queries, keys, causal), draw.Normal([queries.Rows, dModel]),
            draw.Normal([keys.Rows, dModel]), draw.Normal([keys.Rows, dModel]));
    }

    [Property]
    public void Attention_with_dropout_equals_its_twin(Draw draw)
    {
        var (heads, sequences) = (draw.Integer(1, 3), draw.Integer(1, 3));
        var (dModel, layout) = (heads * draw.Integer(1, 5), draw.Layout(sequences));
        var rows = draw.Normal([layout.Rows, dModel]);
        Gradients.EqualTwinInOrder(
            draw.Random, x => Op.Attention<double>(x[0], x[1], x[2], heads, dModel, layout, layout, true, 0.3),
            x => Op.Attention<float>(x[0], x[1], x[2], heads, dModel, layout, layout, true, 0.3),
            x => Twin.Attention(
                x[0], x[1], x[2], heads, layout, layout, true, Kept(x[0].Tape.NextStream(), 0.3)),
            rows, draw.Normal(rows.Shape), draw.Normal(rows.Shape));

        Func<int, int, int, int, double> Kept(RandomStream random, double probability)
        {
            // The stream has an element for each weight as it lies in memory, a query's row padded to whole vectors.
            var plan = new AttentionPlan(layout, layout, heads, dModel, true);
            var factors = DropoutTwin.Factors(random.Key, probability, plan.PaddedCount);
            return (s, h, i, j) =>
                factors[plan.PaddedOffsetOf(s) + (((h * layout.Extent(s)) + i) * plan.RowStride(s)) + j];
        }
    }

    [Property]
    public void Columns_of_one_matrix_are_the_same_as_three_matrices(Draw draw)
    {
        var layout = draw.Layout(draw.Integer(1, 3));
        var qkv = draw.Normal([layout.Rows, 3 * 6]);
        Gradients.Agree(
            x => Op.Attention(
                new ColumnBlock<double>(x[0]), new(x[0], 6), new(x[0], 12), 2, 6, layout, layout, true),
            x => Op.Attention<double>(Part(x[0], 0), Part(x[0], 6), Part(x[0], 12), 2, 6, layout, layout, true),
            draw.Random, qkv);
    }

    [Theory]
    [InlineData(new[] { 3, 0 }, new[] { 3, 0 })]
    [InlineData(new[] { 3, 2 }, new[] { 4, 0 })]
    [InlineData(new[] { 2, 0, 3 }, new[] { 0, 4, 1 })]
    public void A_sequence_may_lack_rows_or_keys(int[] queryLengths, int[] keyLengths)
    {
        var (queries, keys) = (SequenceLayout.Packed(queryLengths), SequenceLayout.Packed(keyLengths));
        var random = new RandomStream(3);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        Gradients.Agree(
            x => Op.Attention<double>(x[0], x[1], x[2], 2, 6, queries, keys),
            x => Twin.Attention(x[0], x[1], x[2], 2, queries, keys), random, Normal([queries.Rows, 6]),
            Normal([keys.Rows, 6]), Normal([keys.Rows, 6]));
    }

    [Fact]
    public void Attention_of_several_heads_over_sequences_of_different_lengths_equals_its_twin()
    {
        // All sequences differ in the numbers of their queries and of their keys, and rows of weights straddle vectors.
        var (queries, keys) = (SequenceLayout.Packed([2, 7, 1, 4]), SequenceLayout.Packed([9, 3, 17, 5]));
        var random = new RandomStream(3);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        Gradients.Agree(
            x => Op.Attention<double>(x[0], x[1], x[2], 4, 12, queries, keys),
            x => Twin.Attention(x[0], x[1], x[2], 4, queries, keys), random, Normal([14, 12]), Normal([34, 12]),
            Normal([34, 12]));
    }

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros_and_takes_no_gradient()
    {
        var (queries, keys) = (SequenceLayout.Full(2, 3), SequenceLayout.Padded(4, [0, 3]));
        var random = new RandomStream(1);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        foreach (var dropout in (double[])[0, 0.1])
        {
            var (y, gradients) = Gradients.Of<double>(
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
    public void Padding_keys_and_values_get_no_gradient_even_if_they_are_NaN()
    {
        var (queries, keys) = (SequenceLayout.Full(1, 3), SequenceLayout.Padded(4, [2]));
        var k = Numbers.Of([4, 2], i => i < 4 ? i : double.NaN);
        var (y, gradients) = Gradients.Of<double>(
            x => Op.Attention<double>(x[0], x[1], x[2], 1, 2, queries, keys), new RandomStream(1),
            Numbers.Of([3, 2], i => i), k, k);
        Assert.All(y.Values, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(new double[4], gradients[1][4..]);
        Assert.Equal(new double[4], gradients[2][4..]);
    }

    internal static double[] WeightsOf(SeenValues<double> observer, int sequence, int row, int keys) =>
        observer.Of("weights", sequence)[(row * keys)..((row + 1) * keys)];

    [Fact]
    public void Weights_given_to_the_observer_are_the_twins()
    {
        var layout = SequenceLayout.Packed([3, 2]);
        var random = new RandomStream(3);
        using var tape = new Tape<double>();
        var (q, k) = (tape.Constant(Samples.Normal(random, [5, 4])), tape.Constant(Samples.Normal(random, [5, 4])));
        var observer = new SeenValues<double>();
        tape.Observer = observer;
        Op.Attention<double>(q, k, k, 2, 4, layout, layout, true);
        Assert.Equal([[2, 3, 3], [2, 2, 2]], observer.All.Select(value => value.Shape));
        var twin = new AttentionTwin(layout, layout, 2, 2, causal: true);
        for (var s = 0; s < 2; s++)
        {
            for (var h = 0; h < 2; h++)
            {
                for (var i = 0; i < layout.Length(s); i++)
                {
                    var seen = twin.Weights(q.ToArray(), k.ToArray(), s, h, i);
                    double[] expected = [.. seen, .. new double[layout.Length(s) - seen.Length]];
                    Close.To(
                        expected, WeightsOf(observer, s, (h * layout.Length(s)) + i, expected.Length), 1e-14);
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Inference_keeps_no_weights_and_computes_the_same_bits(bool causal)
    {
        // The weights of the three heads of 900 queries are too many to be in memory together.
        foreach (var lengths in (int[][])[[5, 17, 1], [900], [3, 900, 40]])
        {
            var layout = SequenceLayout.Packed(lengths);
            var x = Samples.Normal(new RandomStream(1), [layout.Rows, 18]);
            var table = Samples.Normal(new RandomStream(2), [5, 2]);
            foreach (var relative in (bool[])[false, true])
            {
                float[] Attend(Mode mode)
                {
                    using var tape = new Tape<float>(mode);
                    var qkv = tape.Constant([layout.Rows, 18], Array.ConvertAll(x.ToArray(), value => (float)value));
                    var rows = tape.Constant([5, 2], Array.ConvertAll(table.ToArray(), value => (float)value));
                    var y = relative
                        ? Op.RelativeAttention<float>(
                            qkv, new(qkv, 6), new(qkv, 12), rows, rows, 3, layout, layout, causal)
                        : Op.Attention<float>(qkv, new(qkv, 6), new(qkv, 12), 3, 6, layout, layout, causal);
                    return y.ToArray();
                }

                Assert.Equal(Attend(Mode.Evaluation), Attend(Mode.Inference));
            }
        }
    }

    [Fact]
    public void Dropout_drops_weights_in_training_only_and_keeps_their_expectation()
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

    [Property]
    public void Attention_composed_of_primitives_equals_the_twin(Draw draw)
    {
        var (batch, heads, dK) = (draw.Integer(1, 3), draw.Integer(1, 3), draw.Integer(1, 9));
        var (queries, keys) = (draw.Integer(1, 9), draw.Integer(1, 9));
        int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => draw.Integer(0, keys))];
        var mask = new Mask([batch, 1, 1, keys], i => i % keys >= lengths[i / keys]);
        Gradients.Agree(
            x => InHeads(x, (q, k, v) => Op.ScaledDotProductAttention(q, k, v, mask).Output),
            x => Twin.Attention(
                x[0], x[1], x[2], heads, SequenceLayout.Full(batch, queries), SequenceLayout.Padded(keys, lengths)),
            draw.Random, draw.Normal([batch * queries, heads * dK]), draw.Normal([batch * keys, heads * dK]),
            draw.Normal([batch * keys, heads * dK]));

        Tensor<double> InHeads(
            Tensor<double>[] x, Func<Tensor<double>, Tensor<double>, Tensor<double>, Tensor<double>> attend)
        {
            var y = attend(Heads(x[0], queries), Heads(x[1], keys), Heads(x[2], keys)); // [batch, heads, queries, dK]
            return Op.Reshape(Op.Transpose(y, 1, 2), [batch * queries, heads * dK]);
        }

        Tensor<double> Heads(Tensor<double> x, int length) =>
            Op.Transpose(Op.Reshape(x, [batch, length, heads, dK]), 1, 2); // [batch, heads, length, dK]
    }

    [Fact]
    public void Attention_composed_of_primitives_takes_any_mask_and_values_of_another_width()
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
}
