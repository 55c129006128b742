
namespace Engine.Tests.Operations;

/// <summary>Normalizations against their twins, and their properties.</summary>
public class NormalizationTests
{
    private const double Epsilon = 1e-2;

    [Property]
    public void RmsNorm_equals_its_twin(Draw draw)
    {
        var x = draw.Normal(draw.Shape(lowestRank: 1));
        Gradients.EqualTwin(
            draw, p => Op.RmsNorm(p[0], p[1], Epsilon), p => Op.RmsNorm(p[0], p[1], Epsilon),
            p => Twin.RmsNorm(p[0], p[1], Epsilon), x, draw.Normal([x.Shape[^1]]));
    }

    [Property]
    public void L2Normalize_equals_its_twin(Draw draw) =>
        Gradients.EqualTwin(
            draw, x => Op.L2Normalize(x[0]), x => Op.L2Normalize(x[0]), x => Twin.L2Normalize(x[0]),
            draw.Normal(draw.Shape(lowestRank: 1)));

    [Property]
    public void BatchNorm_equals_its_twin(Draw draw) =>
        Gradients.EqualTwin(
            draw, p => Op.BatchNorm(p[0], p[1], p[2], Epsilon).Output,
            p => Op.BatchNorm(p[0], p[1], p[2], Epsilon).Output, p => Twin.BatchNorm(p[0], p[1], p[2], Epsilon),
            Inputs(draw, rank: draw.Integer(2, 3)));

    [Property]
    public void BatchNorm_by_given_moments_equals_its_twin(Draw draw)
    {
        var inputs = Inputs(draw, rank: draw.Integer(2, 3));
        var (mean, variance) = (draw.Normal(inputs[1].Shape), draw.Positive(inputs[1].Shape));
        Gradients.EqualTwin(
            draw, p => Op.BatchNorm(p[0], p[1], p[2], mean.Values, variance.Values, Epsilon),
            p => Op.BatchNorm(p[0], p[1], p[2], mean.Free<float>().Data, variance.Free<float>().Data, Epsilon),
            p => Twin.BatchNorm(p[0], p[1], p[2], Epsilon, given: (mean.Values, variance.Values)), inputs);
    }

    [Property]
    public void InstanceNorm_equals_its_twin(Draw draw) =>
        Gradients.EqualTwin(
            draw, p => Op.InstanceNorm(p[0], p[1], p[2], Epsilon), p => Op.InstanceNorm(p[0], p[1], p[2], Epsilon),
            p => Twin.InstanceNorm(p[0], p[1], p[2], Epsilon), Inputs(draw, rank: 3));

    [Property]
    public void GroupNorm_equals_its_twin(Draw draw)
    {
        var groups = draw.Integer(1, 4);
        Gradients.EqualTwin(
            draw, p => Op.GroupNorm(p[0], groups, p[1], p[2], Epsilon),
            p => Op.GroupNorm(p[0], groups, p[1], p[2], Epsilon),
            p => Twin.GroupNorm(p[0], groups, p[1], p[2], Epsilon), Inputs(draw, rank: draw.Integer(2, 3), groups));
    }

    [Property(MaxTest = 25)]
    public void Over_rows_each_sequence_is_normalized_as_if_alone_and_padding_counts_nowhere(Draw draw)
    {
        var groups = draw.Integer(1, 3);
        int[] lengths = [.. Enumerable.Range(0, draw.Integer(0, 3)).Select(_ => draw.Integer(0, 5)), 4];
        var layout = draw.Flip() ? SequenceLayout.Packed(lengths) : SequenceLayout.Padded(6, lengths);
        var channels = groups * draw.Integer(1, 6);
        Numbers[] inputs = [draw.Normal([layout.Rows, channels]), draw.Normal([channels]), draw.Normal([channels])];
        Gradients.Agree(
            p => Op.InstanceNorm(p[0], p[1], p[2], layout, Epsilon),
            p => Twin.InstanceNorm(p[0], p[1], p[2], Epsilon, layout), draw.Random, inputs);
        Gradients.Agree(
            p => Op.GroupNorm(p[0], groups, p[1], p[2], layout, Epsilon),
            p => Twin.GroupNorm(p[0], groups, p[1], p[2], Epsilon, layout), draw.Random, inputs);
        Gradients.Agree(
            p => Op.BatchNorm(p[0], p[1], p[2], Epsilon, layout).Output,
            p => Twin.BatchNorm(p[0], p[1], p[2], Epsilon, layout), draw.Random, inputs);
        var (mean, variance) = (draw.Normal([channels]).Values, draw.Positive([channels]).Values);
        Gradients.Agree(
            p => Op.BatchNorm(p[0], p[1], p[2], mean, variance, Epsilon, layout),
            p => Twin.BatchNorm(p[0], p[1], p[2], Epsilon, layout, (mean, variance)), draw.Random, inputs);
    }

    [Property]
    public void BatchNorm_gives_the_moments_of_the_rows_without_padding(Draw draw)
    {
        var layout = draw.Layout(3);
        var x = draw.Normal([layout.Rows, 3]);
        using var tape = new Tape<double>();
        var ones = Tensor<double>.From([3], [1, 1, 1]);
        var moments = Op.BatchNorm(x.On(tape), ones, ones, Epsilon, layout).Moments;
        var rows = Enumerable.Range(0, 3)
            .SelectMany(s => Enumerable.Range(layout.Start(s), layout.Length(s))).ToArray();
        Assert.Equal(rows.Length, moments.Count);
        for (var j = 0; j < 3; j++)
        {
            var mean = rows.Average(row => x[row, j]);
            Assert.Equal(mean, moments.Mean[j], 12);
            Assert.Equal(rows.Average(row => (x[row, j] - mean) * (x[row, j] - mean)), moments.Variance[j], 12);
        }
    }

    [Property]
    public void RmsNorm_ignores_scale_and_gives_the_root_mean_square_gamma(Draw draw)
    {
        var n = draw.Size();
        var x = draw.Normal([2, n]);
        var gamma = Tensor<double>.From([n], [.. Enumerable.Repeat(-3.0, n)]);
        var y = Forward.Of(x => Op.RmsNorm(x, gamma, 0), x);
        foreach (var row in y.Chunk(n)) Assert.Equal(3, Math.Sqrt(row.Average(v => v * v)), 10);
        Close.To(y, Forward.Of(x => Op.RmsNorm(x, gamma, 0), x.Map(v => 0.01 * v)), 1e-12);
    }

    [Property]
    public void GroupNorm_of_one_group_is_LayerNorm_over_channels_and_length_and_of_single_channels_InstanceNorm(
        Draw draw)
    {
        var (batch, channels, length) = (draw.Integer(1, 3), draw.Size(), draw.Integer(1, 5));
        var x = draw.Normal([batch, channels, length]);
        var (gamma, beta) = (draw.Normal([channels]), draw.Normal([channels]));
        Numbers Expanded(Numbers v) => Numbers.ByIndex([channels * length], i => v[i[0] / length]);
        double[] Group(int groups) => Forward.Of(
            x => Op.GroupNorm(x, groups, gamma.Free<double>(), beta.Free<double>()), x);

        var layer = Forward.Of(
            x => Op.LayerNorm(
                Op.Reshape(x, [batch, channels * length]), Expanded(gamma).Free<double>(),
                Expanded(beta).Free<double>()), x);
        Close.To(layer, Group(1), 1e-12);
        Assert.Equal(
            Forward.Of(x => Op.InstanceNorm(x, gamma.Free<double>(), beta.Free<double>()), x), Group(channels));
    }

    [Property]
    public void InstanceNorm_ignores_scale_and_shift_of_each_channel_of_each_sequence(Draw draw)
    {
        var x = draw.Normal([2, 3, 2 + draw.Size()]);
        var (scale, shift) = (draw.Positive([2, 3]), draw.Normal([2, 3]));
        var (gamma, beta) = (draw.Normal([3]).Free<double>(), draw.Normal([3]).Free<double>());
        var changed = Numbers.ByIndex(x.Shape, i => (scale[i[0], i[1]] * x[i]) + shift[i[0], i[1]]);
        Close.To(
            Forward.Of(x => Op.InstanceNorm(x, gamma, beta, 0), x),
            Forward.Of(x => Op.InstanceNorm(x, gamma, beta, 0), changed), 1e-9);
    }

    [Property]
    public void BatchNorm_sees_the_whole_batch_and_gives_each_channel_mean_beta_and_deviation_gamma(Draw draw)
    {
        var (rows, channels) = (2 + draw.Size(), draw.Size());
        var x = draw.Normal([rows, channels]);
        var (gamma, beta) = (draw.Positive([channels]), draw.Normal([channels]));
        double[] Normalize(Numbers x) => Forward.Of(
            x => Op.BatchNorm(x, gamma.Free<double>(), beta.Free<double>(), 0).Output, x);
        var y = new Numbers(x.Shape, Normalize(x));
        for (var j = 0; j < channels; j++)
        {
            var column = Enumerable.Range(0, rows).Select(i => y[i, j]).ToArray();
            Assert.Equal(beta[j], column.Average(), 10);
            Assert.Equal(gamma[j], Math.Sqrt(column.Average(v => (v - beta[j]) * (v - beta[j]))), 10);
        }
        // A change of one row changes every other row's result.
        var changed = new Numbers(x.Shape, [.. x.Values]);
        for (var j = 0; j < channels; j++) changed[rows - 1, j] += 5;
        var after = Normalize(changed);
        for (var i = 0; i < (rows - 1) * channels; i++) Assert.NotEqual(y.Values[i], after[i]);
    }

    [Property]
    public void BatchNorm_by_given_moments_is_an_affine_map_of_each_number(Draw draw)
    {
        var (rows, channels) = (draw.Size(), draw.Size());
        var (x, z) = (draw.Normal([rows, channels]), draw.Normal([rows, channels]));
        var (mean, variance) = (draw.Normal([channels]).Values, draw.Positive([channels]).Values);
        var (gamma, beta) = (draw.Normal([channels]).Free<double>(), draw.Normal([channels]).Free<double>());
        double[] Of(Numbers x) => Forward.Of(x => Op.BatchNorm(x, gamma, beta, mean, variance), x);
        var between = Numbers.Of(x.Shape, i => (0.3 * x.Values[i]) + (0.7 * z.Values[i]));
        Close.To([.. Of(x).Zip(Of(z), (a, b) => (0.3 * a) + (0.7 * b))], Of(between), 1e-12);
        // A row's result does not depend on the other rows.
        var first = new Numbers([1, channels], x.Values[..channels]);
        Assert.Equal(Of(x)[..channels], Of(first));
    }

    [Fact]
    public void Large_numbers_close_together_do_not_cancel()
    {
        using var tape = new Tape<float>();
        var one = Tensor<float>.From([1], [1]);
        var d = Math.Sqrt(1.25);
        double[] expected = [-1.5 / d, -0.5 / d, 0.5 / d, 1.5 / d];
        var x = tape.Constant([4, 1], [4096, 4097, 4098, 4099]);
        var zero = Tensor<float>.Zeros([1]);
        Close.To(expected, Numbers.Of(Op.BatchNorm(x, one, zero, 0).Output).Values, 1e-6);
        Close.To(expected, Numbers.Of(Op.GroupNorm(x, 1, one, zero, SequenceLayout.Full(1, 4), 0)).Values, 1e-6);
    }

    [Fact]
    public void A_sequence_of_one_row_has_no_deviation_and_becomes_beta()
    {
        using var tape = new Tape<double>();
        var (gamma, beta) = (Samples.Normal(3), Tensor<double>.From([3], [1, 2, 3]));
        var x = tape.Constant(Samples.Normal(1, 3));
        Assert.Equal([1, 2, 3], Op.InstanceNorm(x, gamma, beta, SequenceLayout.Full(1, 1)).ToArray());
        Assert.Equal([1, 2, 3], Op.BatchNorm(x, gamma, beta).Output.ToArray());
    }

    private static Numbers[] Inputs(Draw draw, int rank, int groups = 1)
    {
        // At least two elements in a slice: the gradient of a single element is 0.
        var channels = groups * draw.Integer(2, Math.Max(2, draw.Size() / groups));
        Shape shape = rank == 2
            ? [draw.Integer(2, 9), channels] : [draw.Integer(1, 3), channels, draw.Integer(2, 9)];
        return [draw.Normal(shape), draw.Normal([channels]), draw.Normal([channels])];
    }
}
