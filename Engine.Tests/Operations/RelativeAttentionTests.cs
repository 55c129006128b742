
namespace Engine.Tests.Operations;

public class RelativeAttentionTests
{
    [Property]
    public void It_equals_its_twin_head_by_head_with_all_five_gradients(Draw draw)
    {
        var (heads, dK, clip) = (draw.Integer(1, 3), draw.Integer(1, 9), draw.Integer(0, 20));
        var layout = draw.Layout(draw.Integer(1, 3));
        var causal = draw.Flip();
        Numbers Rows() => draw.Normal([layout.Rows, heads * dK]);
        Numbers Table() => draw.Normal([(2 * clip) + 1, dK]);
        // Padding queries attend as well; whatever they give is unused, and the twin has no rows for them.
        var real = AttentionTests.RealRows(layout);
        Gradients.Agree(
            x => Op.Embedding(
                Op.RelativeAttention<double>(x[0], x[1], x[2], x[3], x[4], heads, layout, layout, causal), real),
            x => Twin(x, heads, layout, causal), draw.Random, Rows(), Rows(), Rows(), Table(), Table());
    }

    [Property]
    public void In_float_it_agrees_with_double(Draw draw)
    {
        var layout = draw.Layout(2);
        Numbers[] x =
        [
            draw.Normal([layout.Rows, 12]), draw.Normal([layout.Rows, 12]), draw.Normal([layout.Rows, 12]),
            draw.Normal([7, 4]), draw.Normal([7, 4]),
        ];
        using var doubles = new Tape<double>();
        using var floats = new Tape<float>();
        var (d, f) = (x.Select(n => n.On(doubles)).ToArray(), x.Select(n => n.On(floats)).ToArray());
        Close.To(
            Numbers.Of(Op.RelativeAttention<double>(d[0], d[1], d[2], d[3], d[4], 3, layout, layout, true)),
            Numbers.Of(Op.RelativeAttention<float>(f[0], f[1], f[2], f[3], f[4], 3, layout, layout, true)),
            Forward.InFloat);
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
        var (y, gradients) = Gradients.Of(
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
    public void A_sequence_without_queries_or_without_keys_may_come_last(int lastQueries, int lastKeys)
    {
        var (queries, keys) = (SequenceLayout.Packed([3, lastQueries]), SequenceLayout.Packed([4, lastKeys]));
        var random = new RandomStream(3);
        Numbers Normal(Shape shape) => Numbers.Of(Samples.Normal(random, shape));
        Gradients.Agree(
            x => Op.RelativeAttention<double>(x[0], new(x[1]), new(x[1], 6), x[2], x[3], 2, queries, keys),
            x =>
            {
                var memory = Op.Slice(x[1], 0, 0, 4);
                var first = Op.RelativeAttention<double>(
                    Copy(Op.Slice(x[0], 0, 0, 3)), Copy(Op.Slice(memory, 1, 0, 6)), Copy(Op.Slice(memory, 1, 6, 6)),
                    x[2], x[3], 2, SequenceLayout.Full(1, 3), SequenceLayout.Full(1, 4));
                return lastQueries == 0 ? first
                    : Op.Concatenate([first, Op.Scale(Op.Slice(x[0], 0, 3, lastQueries), 0)], 0);
            },
            random, Normal([queries.Rows, 6]), Normal([keys.Rows, 12]), Normal([5, 3]), Normal([5, 3]));

        // Attention wants rows in order.
        static Tensor<double> Copy(Tensor<double> x) => Op.Scale(x, 1);
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
        AttentionPlan? plan = null;
        double[] weights = [];
        Op.RelativeAttention<double>(
            q, k, k, aK, aK, 2, layout, layout, true, observer: (p, w) => (plan, weights) = (p, (double[])w));
        Assert.Equal(plan!.WeightCount, weights.Length);
        for (var s = 0; s < 2; s++)
        {
            for (var h = 0; h < 2; h++)
            {
                var (start, length) = (layout.Start(s), layout.Length(s));
                var keys = AttentionTests.Head(k, start, length, h, 2);
                var (_, expected) = Op.RelativeDotProductAttention(
                    AttentionTests.Head(q, start, length, h, 2), keys, keys, aK, aK, Mask.Causal(length));
                Close.To(expected.ToArray(), weights.AsSpan(plan.OffsetOf(s, h), length * length), 1e-14);
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

    /// <summary>The twin, a sequence and a head at a time, on the real rows alone.</summary>
    private static Tensor<double> Twin(Tensor<double>[] x, int heads, SequenceLayout layout, bool causal)
    {
        var rows = new List<Tensor<double>>();
        var dK = x[3].Shape[1];
        for (var s = 0; s < layout.Sequences; s++)
        {
            var (start, length) = (layout.Start(s), layout.Length(s));
            rows.Add(Op.Concatenate(
                [.. Enumerable.Range(0, heads).Select(h => Op.RelativeDotProductAttention(
                    AttentionTests.Head(x[0], start, length, h, dK), AttentionTests.Head(x[1], start, length, h, dK),
                    AttentionTests.Head(x[2], start, length, h, dK), x[3], x[4],
                    causal ? Mask.Causal(length) : null).Output)], 1));
        }
        return Op.Concatenate(rows, 0);
    }
}
