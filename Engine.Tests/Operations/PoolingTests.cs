
namespace Engine.Tests.Operations;

public class PoolingTests
{
    [Property(MaxTest = 20)]
    public void Pooling_equals_its_twin(Draw draw)
    {
        var layout = draw.Layout(draw.Integer(1, 3), shortest: 0);
        var x = draw.Normal([layout.Rows, draw.Integer(1, 20)]);
        Gradients.EqualTwin(
            draw, x => Op.MeanPool(x[0], layout), x => Op.MeanPool(x[0], layout), x => Twin.MeanPool(x[0], layout), x);
        Gradients.EqualTwin(
            draw, x => Op.MaxPool(x[0], layout), x => Op.MaxPool(x[0], layout), x => Twin.MaxPool(x[0], layout), x);
        Gradients.EqualTwin(
            draw, x => Op.WeightedPool(x[1], x[0], layout), x => Op.WeightedPool(x[1], x[0], layout),
            x => Twin.WeightedPool(x[1], x[0], layout), x, draw.Normal([layout.Rows, 1]));
    }

    [Property]
    public void A_sequence_row_is_the_first_or_the_last_of_each_sequence(Draw draw)
    {
        var layout = draw.Layout(draw.Integer(1, 3));
        var x = draw.Normal([layout.Rows, draw.Integer(1, 20)]);
        Gradients.Agree(
            x => Op.SequenceRow(x[0], layout, ^1),
            x => Each(layout, s => Op.Slice(x[0], 0, layout.Start(s) + layout.Length(s) - 1, 1)), draw.Random, x);
        Gradients.Agree(
            x => Op.SequenceRow(x[0], layout, 0),
            x => Each(layout, s => Op.Slice(x[0], 0, layout.Start(s), 1)), draw.Random, x);
    }

    [Fact]
    public void The_maximum_of_thousands_of_features_and_its_gradient_are_those_of_the_twin()
    {
        var (layout, random) = (SequenceLayout.Packed([3, 2]), new RandomStream(1));
        Gradients.Agree(
            x => Op.MaxPool(x[0], layout), x => Twin.MaxPool(x[0], layout), random,
            Numbers.Of(Samples.Normal(random, [5, 3000])));
    }

    [Property]
    public void Mean_max_and_weighted_mean_ignore_the_order_of_the_positions(Draw draw)
    {
        var (length, n) = (draw.Size(), draw.Integer(1, 9));
        var (x, scores) = (draw.Normal([length, n]), draw.Normal([length, 1]));
        var order = Enumerable.Range(0, length).ToArray();
        draw.Random.Shuffle<int>(order);
        var layout = SequenceLayout.Full(1, length);
        using var tape = new Tape<double>(Mode.Inference);
        var (rows, weights) = (x.On(tape), scores.On(tape));
        var (shuffled, shuffledWeights) = (Op.Embedding(rows, order), Op.Embedding(weights, order));
        Close.To(Op.MeanPool(rows, layout).ToArray(), Op.MeanPool(shuffled, layout).ToArray(), 1e-12);
        Assert.Equal(Op.MaxPool(rows, layout).ToArray(), Op.MaxPool(shuffled, layout).ToArray());
        Close.To(
            Op.WeightedPool(weights, rows, layout).ToArray(),
            Op.WeightedPool(shuffledWeights, shuffled, layout).ToArray(), 1e-12);
    }

    [Property]
    public void Equal_scores_give_the_mean(Draw draw)
    {
        var layout = draw.Layout(2);
        using var tape = new Tape<double>(Mode.Inference);
        var x = draw.Normal([layout.Rows, 5]).On(tape);
        var scores = Numbers.Of([layout.Rows, 1], _ => 3).On(tape);
        Close.To(Op.MeanPool(x, layout).ToArray(), Op.WeightedPool(scores, x, layout).ToArray(), 1e-12);
    }

    [Fact]
    public void Padding_does_not_count_even_if_it_is_NaN_and_a_sequence_without_rows_gives_zeros()
    {
        var layout = SequenceLayout.Padded(3, [2, 0]);
        var x = Numbers.Of([6, 2], i => i < 4 ? i : double.NaN);
        var scores = Numbers.Of([6, 1], i => i < 2 ? 0 : double.NaN);
        foreach (var (expected, pool) in ((double[], Func<Tensor<double>[], Tensor<double>>)[])
            [
                ([1, 2], x => Op.MeanPool(x[0], layout)), ([2, 3], x => Op.MaxPool(x[0], layout)),
                ([2, 3], x => Op.SequenceRow(x[0], layout, ^1)), ([0, 1], x => Op.SequenceRow(x[0], layout, 0)),
                ([1, 2], x => Op.WeightedPool(x[1], x[0], layout)),
            ])
        {
            var (y, gradients) = Gradients.Of(pool, new RandomStream(1), x, scores);
            Assert.Equal([.. expected, 0, 0], y.Values);
            Assert.Equal(new double[8], gradients[0][4..]);
            Assert.Equal(new double[4], gradients[1][2..]);
        }
    }

    [Fact]
    public void Of_equal_positions_the_first_takes_the_maximums_gradient()
    {
        var (_, gradients) = Gradients.Of<double>(
            x => Op.MaxPool(x[0], SequenceLayout.Full(1, 3)), new RandomStream(1),
            Numbers.Of([3, 1], i => i == 0 ? 1 : 2));
        Assert.Equal([0.0, Samples.Normal(new RandomStream(1).Fork(1), [1, 1]).Item(), 0], gradients[0]);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        var layout = SequenceLayout.Packed([2, 1]);
        Says("MeanPool: x is [4, 2], but the layout has 3 rows; it must be [3, n].",
            tape => Op.MeanPool(Zeros(tape, 4, 2), layout));
        Says("MaxPool: x is [3], but the layout has 3 rows; it must be [3, n].",
            tape => Op.MaxPool(Zeros(tape, 3), layout));
        Says("WeightedPool: scores are [3, 2]; there must be one a row, [3, 1].",
            tape => Op.WeightedPool(Zeros(tape, 3, 2), Zeros(tape, 3, 2), layout));
        Says("SequenceRow: sequence 1 has 1 rows and no position 1.",
            tape => Op.SequenceRow(Zeros(tape, 3, 2), layout, 1));
        Says("SequenceRow: sequence 1 has 1 rows and no position ^2.",
            tape => Op.SequenceRow(Zeros(tape, 3, 2), layout, ^2));
    }

    private static Tensor<double> Each(SequenceLayout layout, Func<int, Tensor<double>> pool) =>
        Op.Concatenate([.. Enumerable.Range(0, layout.Sequences).Select(pool)], 0);

    private static Tensor<float> Zeros(Tape<float> tape, params ReadOnlySpan<int> shape) =>
        tape.Constant(Tensor<float>.Zeros(new Shape(shape)));

    private static void Says(string message, Action<Tape<float>> act)
    {
        using var tape = new Tape<float>();
        Assert.Equal(message, Assert.Throws<ShapeException>(() => act(tape)).Message);
    }
}
