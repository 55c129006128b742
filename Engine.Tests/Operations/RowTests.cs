
namespace Engine.Tests.Operations;

/// <summary>Operations over the last dimension: softmax, normalization, cross-entropy, and dropout.</summary>
public class RowTests
{
    [Property]
    public void Softmax_and_LogSoftmax_equal_their_twins(Draw draw)
    {
        var x = draw.Normal(draw.Shape(lowestRank: 1));
        Gradients.EqualTwin(draw, p => Op.Softmax(p[0]), p => Op.Softmax(p[0]), p => Twin.Softmax(p[0]), x);
        Gradients.EqualTwin(draw, p => Op.LogSoftmax(p[0]), p => Op.LogSoftmax(p[0]), p => Twin.LogSoftmax(p[0]), x);
    }

    [Property]
    public void Softmax_sums_to_one_and_ignores_a_shift(Draw draw)
    {
        var x = draw.Normal([3, draw.Size()]);
        var y = Forward.Of(Op.Softmax, x);
        foreach (var row in y.Chunk(x.Shape[1])) Assert.Equal(1, row.Sum(), 12);
        Close.To(y, Forward.Of(Op.Softmax, x.Map(v => v + 1000)), 1e-11);
        Close.To(Forward.Of(Op.LogSoftmax, x), Forward.Of(Op.LogSoftmax, x.Map(v => v + 1000)), 1e-11);
    }

    [Fact]
    public void Large_logits_neither_overflow_nor_lose_their_digits()
    {
        Assert.Equal([1, 0], Forward.Of(Op.Softmax, new([2], [1e300, -1e300])));
        Close.To([0.5, 0.5], Forward.Of(Op.Softmax, new([2], [1e9, 1e9])), 1e-15);
        Close.To([-Math.Log(2), -Math.Log(2)], Forward.Of(Op.LogSoftmax, new([2], [1e9, 1e9])), 1e-15);
        using var tape = new Tape<float>();
        var y = Op.LogSoftmax(tape.Constant([4], [1e6f, 1e6f, 1e6f, 1e6f]));
        Close.To([.. Enumerable.Repeat(-Math.Log(4), 4)], Numbers.Of(y).Values, 1e-6);
    }

    [Fact]
    public void A_logit_of_minus_infinity_has_probability_zero()
    {
        Numbers x = new([1, 3], [1, double.NegativeInfinity, 1]);
        Assert.Equal([0.5, 0, 0.5], Forward.Of(Op.Softmax, x));
        Close.To([-Math.Log(2), double.NegativeInfinity, -Math.Log(2)], Forward.Of(Op.LogSoftmax, x), 1e-15);
        var (_, gradients) = Gradients.Of<double>(p => Op.Softmax(p[0]), new RandomStream(1), x);
        Assert.Equal(0, gradients[0][1]);
        Assert.All(gradients[0], g => Assert.True(double.IsFinite(g)));
    }

    [Property]
    public void LogSoftmax_is_the_logarithm_of_Softmax_with_its_gradient(Draw draw) =>
        Gradients.Agree(
            p => Op.LogSoftmax(p[0]), p => Op.Log(Op.Softmax(p[0])), draw.Random, draw.Normal([3, draw.Size()]));

    [Property]
    public void LayerNorm_equals_its_twin(Draw draw)
    {
        var x = draw.Normal(draw.Shape(lowestRank: 1));
        Shape n = [x.Shape[^1]];
        Gradients.EqualTwin(
            draw, p => Op.LayerNorm(p[0], p[1], p[2], 1e-2), p => Op.LayerNorm(p[0], p[1], p[2], 1e-2),
            p => Twin.LayerNorm(p[0], p[1], p[2], 1e-2), x, draw.Normal(n), draw.Normal(n));
    }

    [Property]
    public void LayerNorm_gives_mean_beta_and_deviation_gamma_and_ignores_shift_and_scale(Draw draw)
    {
        var n = 2 + draw.Size();
        var x = draw.Normal([2, n]);
        double[] Normalize(Numbers x) => Forward.Of(
            x => Op.LayerNorm(x, Tensor<double>.From([n], Fill(n, -2)), Tensor<double>.From([n], Fill(n, 5)), 0),
            x);

        var y = Normalize(x);
        foreach (var row in y.Chunk(n))
        {
            Assert.Equal(5, row.Average(), 10);
            Assert.Equal(2, Math.Sqrt(row.Average(v => (v - 5) * (v - 5))), 10);
        }
        Close.To(y, Normalize(x.Map(v => (3 * v) + 100)), 1e-10);
    }

    [Fact]
    public void LayerNorm_of_large_numbers_close_together_does_not_cancel()
    {
        using var tape = new Tape<float>();
        var one = Tensor<float>.From([4], [1, 1, 1, 1]);
        var y = Op.LayerNorm(tape.Constant([1, 4], [4096, 4097, 4098, 4099]), one, Tensor<float>.Zeros([4]), 0);
        var d = Math.Sqrt(1.25);
        Close.To([-1.5 / d, -0.5 / d, 0.5 / d, 1.5 / d], Numbers.Of(y).Values, 1e-6);
    }

    [Property]
    public void CrossEntropy_equals_its_twin(Draw draw)
    {
        var (rows, classes) = (draw.Size(), draw.Size());
        var targets = Samples.Indices(draw.Random, rows, classes);
        var (ignored, smoothing) = (draw.Integer(-1, classes - 1), 0.1 * draw.Integer(0, 3));
        var reduction = draw.Flip() ? Reduction.Mean : Reduction.Sum;
        Gradients.EqualTwin(
            draw, p => Op.CrossEntropy(p[0], targets, ignored, smoothing, reduction),
            p => Op.CrossEntropy(p[0], targets, ignored, smoothing, reduction),
            p => Twin.CrossEntropy(p[0], targets, ignored, smoothing, reduction), draw.Normal([rows, classes]));
    }

    [Fact]
    public void Ignored_rows_do_not_matter()
    {
        var x = Numbers.Of([3, 4], i => i % 5);
        var changed = Numbers.Of([3, 4], i => i / 4 == 1 ? 1e6 * i : i % 5);
        int[] targets = [1, 0, 3];
        var (loss, gradients) = Gradients.Of<double>(
            p => Op.CrossEntropy(p[0], targets, 0, 0.1), new RandomStream(1), x);
        var (same, sameGradients) = Gradients.Of<double>(
            p => Op.CrossEntropy(p[0], targets, 0, 0.1), new RandomStream(1), changed);
        Assert.Equal(loss.Values, same.Values);
        Assert.Equal(gradients[0], sameGradients[0]);
        Assert.Equal(new double[4], gradients[0][4..8]);
    }

    [Fact]
    public void Where_all_rows_are_ignored_the_loss_and_its_gradient_are_zero()
    {
        foreach (var reduction in Enum.GetValues<Reduction>())
        {
            var (loss, gradients) = Gradients.Of<double>(
                p => Op.CrossEntropy(p[0], [7, 7], 7, 0.1, reduction), new RandomStream(1), Numbers.Of([2, 9], i => i));
            Assert.Equal([0], loss.Values);
            Assert.Equal(new double[18], gradients[0]);
        }
    }

    [Fact]
    public void Dropout_keeps_the_expectation_and_drops_as_often_as_asked()
    {
        foreach (var p in (double[])[0.1, 0.5, 0.9])
        {
            using var tape = new Tape<float>(Mode.Training, new RandomStream(2));
            var y = Numbers.Of(Op.Dropout(
                tape.Constant(Tensor<float>.From([100_000], [.. Enumerable.Repeat(1f, 100_000)])), p));
            Assert.Equal(1, y.Values.Average(), 1.5 * Math.Sqrt(p / (1 - p) / 1000));
            Assert.Equal(p, y.Values.Count(v => v == 0) / 100_000.0, 0.01);
            Assert.All(y.Values.Where(v => v != 0), v => Assert.Equal(1 / (1 - p), v, 5));
        }
    }

    [Property]
    public void Dropout_alone_and_in_a_residual_sum_equals_its_twin(Draw draw) =>
        draw.ForEach([0.4, 0.9, 0], (probability, draw) =>
        {
            var shape = draw.Shape();
            Gradients.EqualTwin(
                draw, x => Op.Dropout(x[0], probability), x => Op.Dropout(x[0], probability),
                x => Twin.Dropout(x[0], probability), draw.Normal(shape));
            Gradients.EqualTwin(
                draw, x => Op.ResidualDropout(x[0], x[1], probability),
                x => Op.ResidualDropout(x[0], x[1], probability), x => x[0] + Twin.Dropout(x[1], probability),
                draw.Normal(shape), draw.Normal(shape));
        });

    [Property]
    public void A_residual_sum_with_dropout_has_the_bits_of_the_two_operations(Draw draw)
    {
        var shape = draw.Shape();
        Numbers[] inputs = [draw.Normal(shape), draw.Normal(shape)];
        var (y, gradients) = Gradients.Of<double>(x => Op.ResidualDropout(x[0], x[1], 0.4), draw.Random, inputs);
        var (expected, apart) = Gradients.Of<double>(x => x[0] + Op.Dropout(x[1], 0.4), draw.Random, inputs);
        Assert.Equal(expected.Values, y.Values);
        Assert.Equal(apart, gradients);
    }

    [Fact]
    public void Dropout_is_the_same_for_the_same_stream_in_float_and_in_double()
    {
        for (var size = 1; size < 70; size++)
        {
            var ones = Numbers.Of([size], _ => 1);
            double[] Mask<T>(long seed)
                where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
            {
                using var tape = new Tape<T>(Mode.Training, new RandomStream(seed));
                return [.. Numbers.Of(Op.Dropout(ones.On(tape), 0.5)).Values];
            }

            Assert.Equal(Mask<double>(1), Mask<double>(1));
            Assert.Equal(Mask<double>(1), Mask<float>(1));
            if (size > 30) Assert.NotEqual(Mask<double>(1), Mask<double>(2));
        }
    }

    [Fact]
    public void Two_dropouts_on_one_tape_differ()
    {
        using var tape = new Tape<double>();
        var x = tape.Constant(Tensor<double>.From([64], Fill(64, 1)));
        Assert.NotEqual(Op.Dropout(x, 0.5).ToArray(), Op.Dropout(x, 0.5).ToArray());
    }

    [Theory]
    [InlineData(Mode.Evaluation)]
    [InlineData(Mode.Inference)]
    public void Dropout_outside_of_training_is_the_identity(Mode mode)
    {
        using var tape = new Tape<double>(mode);
        var x = tape.Variable(Samples.Normal(9));
        Assert.Same(x, Op.Dropout(x, 0.5));
        using var training = new Tape<double>();
        var z = training.Variable(Samples.Normal(9));
        Assert.Same(z, Op.Dropout(z, 0));
    }

    private static double[] Fill(int count, double value) => [.. Enumerable.Repeat(value, count)];
}
