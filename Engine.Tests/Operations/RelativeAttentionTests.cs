using Engine.Kernels;
using Engine.Tests.Fixtures;

namespace Engine.Tests.Operations;

public class RelativeAttentionTests
{
    [Property]
    public void It_equals_its_twin(Draw draw)
    {
        var (heads, dK, clip) = (draw.Integer(1, 3), draw.Integer(1, 9), draw.Integer(0, 20));
        var sequences = draw.Integer(1, 3);
        var (queries, keys) = (draw.Layout(sequences), draw.Layout(sequences));
        var (causal, first) = (draw.Flip(), draw.Integer(0, 5));
        Numbers Rows(SequenceLayout layout) => draw.Normal([layout.Rows, heads * dK]);
        Numbers Table() => draw.Normal([(2 * clip) + 1, dK]);
        Gradients.EqualTwinInOrder(
            draw.Random,
            x => Op.RelativeAttention<double>(
                x[0], x[1], x[2], x[3], x[4], heads, queries, keys, causal, first: first),
            x => Op.RelativeAttention<float>(
                x[0], x[1], x[2], x[3], x[4], heads, queries, keys, causal, first: first),
            x => Twin.RelativeAttention(x, heads, queries, keys, causal, first: first), Rows(queries), Rows(keys),
            Rows(keys), Table(), Table());
    }

    [Property]
    public void With_dropout_it_equals_its_twin(Draw draw)
    {
        var (heads, dK, layout) = (draw.Integer(1, 3), draw.Integer(1, 5), draw.Layout(draw.Integer(1, 3)));
        Numbers Rows() => draw.Normal([layout.Rows, heads * dK]);
        Gradients.Agree(
            x => Op.RelativeAttention<double>(
                x[0], x[1], x[2], x[3], x[4], heads, layout, layout, causal: true, dropout: 0.3),
            x => Twin.RelativeAttention(x, heads, layout, layout, causal: true, Kept(x[0].Tape.NextStream())),
            draw.Random, Rows(), Rows(), Rows(), draw.Normal([5, dK]), draw.Normal([5, dK]));

        Func<int, int, int, int, double> Kept(RandomStream random)
        {
            var plan = new AttentionPlan(layout, layout, heads, heads * dK, true);
            var kernel = new DropoutKernel<double>(0.3, random);
            return (s, h, i, j) =>
            {
                double[] factors = [.. Enumerable.Repeat(1.0, layout.Extent(s) * layout.Length(s))];
                kernel.Apply(factors, factors, index: plan.OffsetOf(s, h));
                return factors[(i * layout.Length(s)) + j];
            };
        }
    }

    [Property]
    public void With_tables_of_zeros_it_is_plain_attention(Draw draw)
    {
        var layout = draw.Layout(draw.Integer(1, 3));
        var causal = draw.Flip();
        var table = Tensor<double>.Zeros([(2 * draw.Integer(0, 5)) + 1, 3]);
        var qkv = draw.Normal([layout.Rows, 18]);
        Gradients.Agree(
            x => Op.RelativeAttention<double>(
                x[0], new(x[0], 6), new(x[0], 12), table, table, 2, layout, layout, causal),
            x => Op.Attention<double>(x[0], new(x[0], 6), new(x[0], 12), 2, 6, layout, layout, causal),
            draw.Random, qkv);
    }

    [Property]
    public void One_query_at_its_position_gives_its_row_of_the_whole(Draw draw)
    {
        var (length, clip) = (draw.Integer(1, 30), draw.Integer(0, 8));
        using var tape = new Tape<double>();
        Tensor<double> Normal(Shape shape) => draw.Normal(shape).On(tape);
        var (q, k, v) = (Normal([length, 6]), Normal([length, 6]), Normal([length, 6]));
        var (aK, aV) = (Normal([(2 * clip) + 1, 3]), Normal([(2 * clip) + 1, 3]));
        var all = SequenceLayout.Full(1, length);
        var whole = Op.RelativeAttention<double>(q, k, v, aK, aV, 2, all, all, causal: true).ToArray();
        var position = draw.Integer(0, length - 1);
        var one = tape.Constant([1, 6], q.Data.Slice(position * 6, 6));
        // The cache of a decoder holds the keys so far; a mask over all keys does the same.
        foreach (var (keys, causal) in ((SequenceLayout, bool)[])
            [(SequenceLayout.Padded(length, [position + 1]), false), (all, true)])
        {
            var row = Op.RelativeAttention<double>(
                one, k, v, aK, aV, 2, SequenceLayout.Full(1, 1), keys, causal, first: position);
            Close.To(whole.AsSpan(position * 6, 6), row.Data, 1e-13);
        }
    }

    [Fact]
    public void A_query_that_sees_no_key_gives_zeros_and_takes_no_gradient()
    {
        var (queries, keys) = (SequenceLayout.Full(2, 3), SequenceLayout.Padded(4, [0, 3]));
        var random = new RandomStream(1);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        var (y, gradients) = Gradients.Of<double>(
            x => Op.RelativeAttention<double>(x[0], x[1], x[2], x[3], x[4], 2, queries, keys), random,
            Normal([6, 4]), Normal([8, 4]), Normal([8, 4]), Normal([5, 2]), Normal([5, 2]));
        Assert.Equal(new double[12], y.Values[..12]);
        Assert.Equal(new double[12], gradients[0][..12]);
        Assert.Equal(new double[16], gradients[1][..16]);
        Assert.Equal(new double[16], gradients[2][..16]);
        Assert.All(gradients.SelectMany(g => g).Concat(y.Values), g => Assert.True(double.IsFinite(g)));
        Assert.All(y.Values[12..], value => Assert.NotEqual(0, value));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 0)]
    [InlineData(0, 0)]
    public void A_sequence_may_lack_queries_or_keys(int lastQueries, int lastKeys)
    {
        var (queries, keys) = (SequenceLayout.Packed([3, lastQueries]), SequenceLayout.Packed([4, lastKeys]));
        var random = new RandomStream(3);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        Gradients.Agree(
            x => Op.RelativeAttention<double>(x[0], x[1], x[2], x[3], x[4], 2, queries, keys),
            x => Twin.RelativeAttention(x, 2, queries, keys), random, Normal([queries.Rows, 6]),
            Normal([keys.Rows, 6]), Normal([keys.Rows, 6]), Normal([5, 3]), Normal([5, 3]));
    }

    [Property]
    public void Composed_of_primitives_it_equals_the_twin(Draw draw)
    {
        var (dK, clip) = (draw.Integer(1, 9), draw.Integer(0, 9));
        var layout = SequenceLayout.Full(1, draw.Integer(1, 20));
        Numbers Rows() => draw.Normal([layout.Rows, dK]);
        Gradients.Agree(
            x => Op.RelativeDotProductAttention(x[0], x[1], x[2], x[3], x[4], Mask.Causal(layout.Rows)).Output,
            x => Twin.RelativeAttention(x, 1, layout, layout, causal: true), draw.Random, Rows(), Rows(), Rows(),
            draw.Normal([(2 * clip) + 1, dK]), draw.Normal([(2 * clip) + 1, dK]));
    }

    [Fact]
    public void Rows_that_do_not_fit_their_layout_are_named()
    {
        using var tape = new Tape<double>();
        var (x, table) = (tape.Constant(Tensor<double>.Zeros([3, 4])), Tensor<double>.Zeros([3, 2]));
        var (three, four) = (SequenceLayout.Full(1, 3), SequenceLayout.Full(1, 4));
        Assert.Equal(
            "Attention: keys are columns 0 to 3 of [3, 4], but the layout has 4 rows; they must lie in a matrix " +
            "[4, ...].",
            Assert.Throws<ShapeException>(() =>
                Op.RelativeAttention<double>(x, x, x, table, table, 2, three, four)).Message);
        Assert.Equal(
            "Attention: values are columns 1 to 4 of [3, 4], but the layout has 3 rows; they must lie in a matrix " +
            "[3, ...].",
            Assert.Throws<ShapeException>(() =>
                Op.RelativeAttention(x, x, new ColumnBlock<double>(x, 1), table, table, 2, three, three)).Message);
    }

    [Fact]
    public void The_observer_gets_the_weights_of_each_sequence_and_head()
    {
        var layout = SequenceLayout.Packed([3, 5]);
        var random = new RandomStream(3);
        using var tape = new Tape<double>();
        Tensor<double> Normal(Shape shape) => tape.Constant(Samples.Normal(random, shape));
        var (q, k, aK) = (Normal([8, 4]), Normal([8, 4]), Normal([3, 2]));
        var observer = new SeenValues<double>();
        tape.Observer = observer;
        Op.RelativeAttention<double>(q, k, k, aK, aK, 2, layout, layout, true);
        var twin = new RelativeAttentionTwin(layout, layout, 2, 2, causal: true);
        for (var s = 0; s < 2; s++)
        {
            for (var h = 0; h < 2; h++)
            {
                for (var i = 0; i < layout.Length(s); i++)
                {
                    var seen = twin.Weights(q.ToArray(), k.ToArray(), aK.ToArray(), s, h, i);
                    double[] expected = [.. seen, .. new double[layout.Length(s) - seen.Length]];
                    Close.To(
                        expected,
                        AttentionTests.WeightsOf(observer, s, (h * layout.Length(s)) + i, expected.Length), 1e-14);
                }
            }
        }
    }

    [Fact]
    public void Dropout_drops_weights_of_keys_and_of_distances_alike()
    {
        // Values and their distances' vectors are 1: with weights d the output is 2 · the sum of d.
        var layout = SequenceLayout.Full(1, 50);
        using var tape = new Tape<double>(Mode.Training, new RandomStream(1));
        var zeros = tape.Constant(Tensor<double>.Zeros([50, 1]));
        var ones = tape.Constant(Tensor<double>.From([50, 1], [.. Enumerable.Repeat(1.0, 50)]));
        var (aK, aV) = (Tensor<double>.Zeros([3, 1]), Tensor<double>.From([3, 1], [1, 1, 1]));
        var y = Op.RelativeAttention<double>(zeros, zeros, ones, aK, aV, 1, layout, layout, dropout: 0.25).ToArray();
        Assert.All(y, value => Assert.Equal(0, Math.IEEERemainder(value / 2 * 0.75 * 50, 1), 9));
        Assert.Equal(2, y.Average(), 0.1);
        Assert.True(y.Distinct().Count() > 5);
    }

    [Fact]
    public void Tables_that_do_not_fit_are_named()
    {
        using var tape = new Tape<double>();
        var (x, layout) = (tape.Constant(Tensor<double>.Zeros([3, 4])), SequenceLayout.Full(1, 3));
        foreach (var (key, value) in ((Shape, Shape)[])[([4, 2], [4, 2]), ([3, 2], [5, 2]), ([3], [3])])
        {
            var (aK, aV) = (Tensor<double>.Zeros(key), Tensor<double>.Zeros(value));
            var message = $"RelativeAttention: the tables of keys and values are {key} and {value}; both must be " +
                "[2 clip + 1, dK], a row for each distance from -clip to clip.";
            Assert.Equal(message, Assert.Throws<ShapeException>(() =>
                Op.RelativeAttention<double>(x, x, x, aK, aV, 2, layout, layout)).Message);
            Assert.Equal(message, Assert.Throws<ShapeException>(() =>
                Op.RelativeDotProductAttention(x, x, x, aK, aV)).Message);
        }
    }
}
