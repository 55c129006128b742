using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Tests.Layers;

/// <summary>
/// Sums, means and counts over more numbers than 16 bits count, in float, against double. (Half has no kernels:
/// LifetimeTests holds that it is refused.)
/// </summary>
public class ManyRowsTests
{
    private const int Rows = 65_600;

    [Theory]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(Rows)]
    public void The_moments_of_a_batch_are_right_whatever_its_rows(int rows)
    {
        var x = Numbers(rows * 2, 1000.1f, 0.01f);
        var (mean, variance, y) = Moments(x, rows);
        for (var channel = 0; channel < 2; channel++)
        {
            var values = Enumerable.Range(0, rows).Select(row => (double)x[(row * 2) + channel]).ToArray();
            var expected = values.Average();
            var spread = values.Average(value => (value - expected) * (value - expected));
            // A sum of all rows, one after another, is wrong by 0.1, and the variance 180 times too large.
            Assert.Equal(expected, mean[channel], 2e-3);
            Assert.Equal(1, variance[channel] / spread, 0.05);
            Assert.Equal((values[^1] - expected) / Math.Sqrt(spread), y[^(2 - channel)], 0.3);
        }
    }

    /// <summary>Sums of more than 512 rows are made of sums of 512 rows.</summary>
    [Theory]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(1100)]
    public void Rows_beyond_512_have_the_values_and_the_gradients_of_the_formula(int rows)
    {
        var (x, gamma, beta) = (Samples.Normal(rows, 2), Samples.Normal(2), Samples.Normal(2));
        using var tape = new Tape<double>();
        var y = Op.BatchNorm(tape.Constant(x), tape.Constant(gamma), tape.Constant(beta)).Output.ToArray();
        for (var channel = 0; channel < 2; channel++)
        {
            var values = Enumerable.Range(0, rows).Select(row => x[row, channel]).ToArray();
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) + 1e-5);
            for (var row = 0; row < rows; row++)
            {
                Assert.Equal(
                    (gamma[channel] * (values[row] - mean) / deviation) + beta[channel], y[(row * 2) + channel], 1e-12);
            }
        }
        Assert.True(GradientCheck.Of(new GradientCase(
            "many rows", [x, gamma, beta],
            (_, inputs) => Op.BatchNorm(inputs[0], inputs[1], inputs[2]).Output)).Passed);
    }

    [Fact]
    public void The_running_statistics_of_many_rows_are_right()
    {
        var norm = new BatchNorm<float>(2, momentum: null);
        var x = Numbers(Rows * 2, 1000.1f, 0.01f);
        using (var tape = new Tape<float>(Mode.Training))
        {
            var loss = Op.Mean(norm.Forward(tape.Constant([Rows, 2], x)));
            new Sgd<float>(norm.Parameters, 0.1f).Step(tape.Backward(loss));
        }
        var values = x.Where((_, i) => i % 2 == 0).Select(value => (double)value).ToArray();
        var mean = values.Average();
        var unbiased = values.Sum(value => (value - mean) * (value - mean)) / (Rows - 1);
        var buffers = norm.NamedBuffers.ToDictionary(named => named.Key, named => named.Value.Value.ToArray()[0]);
        Assert.Equal(mean, buffers["running_mean"], 2e-3);
        Assert.Equal(1, buffers["running_var"] / unbiased, 0.05);
        Assert.Equal(1, buffers["num_batches_tracked"]);
    }

    [Fact]
    public void A_row_of_many_features_and_a_loss_of_many_rows_have_the_means_of_double()
    {
        var x = Numbers(Rows, 100, 0.1f);
        using var single = new Tape<float>(Mode.Inference);
        using var twice = new Tape<double>(Mode.Inference);
        var wide = Array.ConvertAll(x, value => (double)value);
        var (ones, zeros) = (Enumerable.Repeat(1f, Rows).ToArray(), new float[Rows]);
        Close.To(
            Op.LayerNorm(
                twice.Constant([1, Rows], wide), twice.Constant([Rows], Array.ConvertAll(ones, one => (double)one)),
                twice.Constant([Rows], new double[Rows])).ToArray(),
            Array.ConvertAll(Op.LayerNorm(
                single.Constant([1, Rows], x), single.Constant([Rows], ones), single.Constant([Rows], zeros))
                .ToArray(), value => (double)value),
            1e-2);
        Assert.Equal(
            Op.Mean(twice.Constant([Rows], wide)).ToArray()[0], Op.Mean(single.Constant([Rows], x)).ToArray()[0], 1e-3);
        var targets = Enumerable.Range(0, Rows / 4).Select(i => i % 4).ToArray();
        Assert.Equal(
            Op.CrossEntropy(twice.Constant([Rows / 4, 4], wide), targets).ToArray()[0],
            Op.CrossEntropy(single.Constant([Rows / 4, 4], x), targets).ToArray()[0], 1e-5);
    }

    private static (float[] Mean, float[] Variance, float[] Y) Moments(float[] x, int rows)
    {
        using var tape = new Tape<float>(Mode.Training);
        var (y, moments) = Op.BatchNorm(
            tape.Constant([rows, 2], x), tape.Constant([2], [1f, 1f]), tape.Constant([2], [0f, 0f]));
        Assert.Equal(rows, moments.Count);
        return (moments.Mean.ToArray(), moments.Variance.ToArray(), y.ToArray());
    }

    /// <summary>Numbers near a mean.</summary>
    private static float[] Numbers(int count, float mean, float reach) =>
        [.. Enumerable.Range(0, count).Select(i => mean + (reach * MathF.Sin(i * (i % 2 == 0 ? 1 : 0.7f))))];
}
