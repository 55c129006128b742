using Engine.Layers;

namespace Engine.Tests.Layers;

public class InitializerTests
{
    public static TheoryData<string, Func<RandomStream, Tensor<double>>, double> Variances => new()
    {
        { "uniform", random => Initializers.Uniform<double>([300, 200], -1, 3, random), 16.0 / 12 },
        { "normal", random => Initializers.Normal<double>([300, 200], 0.3, random), 0.09 },
        // By the formula of the truncated distribution, φ(2) = 0.05399097, 2 Φ(2) - 1 = 0.95449974.
        {
            "truncated normal", random => Initializers.TruncatedNormal<double>([300, 200], 0.3, random),
            0.09 * (1 - (4 * 0.05399097 / 0.95449974))
        },
        {
            "truncated normal, one deviation",
            random => Initializers.TruncatedNormal<double>([300, 200], 1, random, cut: 1),
            1 - (2 * 0.24197072 / 0.68268949)
        },
        { "Xavier uniform", random => Initializers.XavierUniform<double>([300, 200], random), 2.0 / 500 },
        { "Xavier uniform, gain", random => Initializers.XavierUniform<double>([300, 200], random, 3), 18.0 / 500 },
        { "Xavier normal", random => Initializers.XavierNormal<double>([300, 200], random), 2.0 / 500 },
        { "Xavier normal, gain", random => Initializers.XavierNormal<double>([300, 200], random, 3), 18.0 / 500 },
        { "Kaiming uniform", random => Initializers.KaimingUniform<double>([300, 200], random), 2.0 / 200 },
        {
            "Kaiming uniform, out", random => Initializers.KaimingUniform<double>([300, 200], random, Fan.Out),
            2.0 / 300
        },
        {
            "Kaiming uniform, linear",
            random => Initializers.KaimingUniform<double>([300, 200], random, nonlinearity: Nonlinearity.Linear),
            1.0 / 200
        },
        { "Kaiming normal", random => Initializers.KaimingNormal<double>([300, 200], random), 2.0 / 200 },
        { "Kaiming normal, out", random => Initializers.KaimingNormal<double>([300, 200], random, Fan.Out), 2.0 / 300 },
        {
            "Kaiming normal, tanh",
            random => Initializers.KaimingNormal<double>([300, 200], random, nonlinearity: Nonlinearity.Tanh),
            25.0 / 9 / 200
        },
        { "Kaiming normal, convolution", random => Initializers.KaimingNormal<double>([80, 90, 5], random), 2.0 / 450 },
        {
            "Xavier uniform, convolution", random => Initializers.XavierUniform<double>([80, 90, 5], random),
            2.0 / ((80 + 90) * 5)
        },
        {
            "a convolution's weight",
            random => new Conv1d<double>(60, 100, new Window(5), random).Parameters[0].Value, 1.0 / (60 * 5)
        },
        {
            "the weight of a convolution before a gate",
            random => new Conv1d<double>(100, 90, new Window(3), random, gain: 4).Parameters[0].Value, 4.0 / (100 * 3)
        },
        { "orthogonal", random => Initializers.Orthogonal<double>([60, 300], random, gain: 2), 4.0 / 300 },
    };

    [Theory]
    [MemberData(nameof(Variances))]
    public void The_variance_is_the_documented_variance(
        string name, Func<RandomStream, Tensor<double>> create, double variance)
    {
        Assert.NotEmpty(name);
        var values = create(new RandomStream(5)).ToArray();
        var mean = values.Average();
        Assert.Equal(name == "uniform" ? 1 : 0, mean, 6 * Math.Sqrt(variance / values.Length));
        Assert.Equal(1, values.Average(v => (v - mean) * (v - mean)) / variance, 0.03);
        Assert.Equal(values, create(new RandomStream(5)).ToArray());
        Assert.NotEqual(values, create(new RandomStream(6)).ToArray());
    }

    [Fact]
    public void No_number_is_outside_the_bounds_of_its_distribution()
    {
        var random = new RandomStream(3);
        Assert.All(Initializers.Uniform<double>([9999], -1, 3, random).ToArray(), v => Assert.InRange(v, -1, 3));
        var cut = Initializers.TruncatedNormal<double>([9999], 0.5, random, cut: 1.5).ToArray();
        Assert.All(cut, v => Assert.InRange(v, -0.75, 0.75));
        Assert.True(cut.Max() > 0.74 && cut.Min() < -0.74);
        var bound = Math.Sqrt(6.0 / 90);
        var kaiming = Initializers.KaimingUniform<double>([110, 90], random).ToArray();
        Assert.All(kaiming, v => Assert.InRange(v, -bound, bound));
        Assert.True(kaiming.Max() > 0.99 * bound && kaiming.Min() < -0.99 * bound);
    }

    [Property]
    public void Rows_are_orthonormal_or_columns_if_they_are_fewer(Draw draw)
    {
        var (rows, columns) = (draw.Size(), draw.Size());
        var gain = 0.5 + draw.Random.NextUniform();
        var matrix = Numbers.Of(Initializers.Orthogonal<double>([rows, columns], draw.Random, gain));
        var few = Math.Min(rows, columns);
        var products = Numbers.ByIndex([few, few], index => Enumerable.Range(0, Math.Max(rows, columns)).Sum(i =>
            rows <= columns
                ? matrix[index[0], i] * matrix[index[1], i] : matrix[i, index[0]] * matrix[i, index[1]]));
        var identity = Numbers.ByIndex([few, few], index => index[0] == index[1] ? gain * gain : 0);
        Close.To(identity, products, 1e-12);
    }

    [Theory]
    [InlineData(2, 5)]
    [InlineData(5, 2)]
    public void An_orthogonal_matrix_draws_one_number_for_each_element(int rows, int columns)
    {
        var (used, fresh) = (new RandomStream(7), new RandomStream(7));
        Initializers.Orthogonal<double>([rows, columns], used);
        for (var i = 0; i < rows * columns; i++) fresh.NextNormal();
        Assert.Equal(fresh.NextNormal(), used.NextNormal());
    }

    [Fact]
    public void An_orthogonal_matrix_has_either_determinant()
    {
        var signs = Enumerable.Range(0, 200).Select(seed =>
        {
            var m = Initializers.Orthogonal<double>([2, 2], new RandomStream(seed)).ToArray();
            return (int)Math.Round((m[0] * m[3]) - (m[1] * m[2]));
        }).ToArray();
        Assert.InRange(signs.Count(sign => sign == 1), 60, 140);
        Assert.All(signs, sign => Assert.True(sign is 1 or -1));
    }

    [Fact]
    public void An_orthogonal_convolution_treats_all_dimensions_after_the_first_as_columns()
    {
        var weight = Initializers.Orthogonal<double>([4, 3, 5], new RandomStream(1));
        Assert.Equal([4, 3, 5], weight.Shape);
        var rows = weight.ToArray().Chunk(15).ToArray();
        Assert.Equal(1, rows[2].Sum(v => v * v), 1e-12);
        Assert.Equal(0, rows[0].Zip(rows[3], (a, b) => a * b).Sum(), 1e-12);
    }

    [Fact]
    public void Gains_are_those_of_the_papers()
    {
        Assert.Equal(1, Initializers.Gain(Nonlinearity.Linear));
        Assert.Equal(1, Initializers.Gain(Nonlinearity.Sigmoid));
        Assert.Equal(5.0 / 3, Initializers.Gain(Nonlinearity.Tanh));
        Assert.Equal(Math.Sqrt(2), Initializers.Gain(Nonlinearity.Relu));
        Assert.Equal(Math.Sqrt(2 / 1.04), Initializers.Gain(Nonlinearity.LeakyRelu, 0.2));
    }

    [Fact]
    public void Kaiming_keeps_the_mean_square_through_twenty_layers_of_ReLU()
    {
        var random = new RandomStream(8);
        var x = Enumerable.Range(0, 256).Select(_ => random.NextNormal()).ToArray();
        for (var layer = 0; layer < 20; layer++)
        {
            var weight = Initializers.KaimingNormal<double>([256, 256], random).ToArray();
            x = [.. Enumerable.Range(0, 256).Select(i =>
                Math.Max(0, Enumerable.Range(0, 256).Sum(j => weight[(i * 256) + j] * x[j])))];
        }
        Assert.InRange(x.Average(v => v * v), 0.2, 5);
    }

    [Fact]
    public void Impossible_shapes_and_ranges_are_refused()
    {
        var random = new RandomStream(1);
        Assert.Equal(
            "Initializers: a weight [outputs, inputs, ...] has a fan in and a fan out, [7] has none; " +
            "use Uniform or Normal.",
            Assert.Throws<ShapeException>(() => Initializers.KaimingNormal<double>([7], random)).Message);
        Assert.Throws<ShapeException>(() => Initializers.Orthogonal<double>([7], random));
        Assert.Throws<ShapeException>(() => Initializers.XavierNormal<double>([], random));
        Assert.StartsWith(
            "TruncatedNormal: the cut must be at least 0.01 deviations.",
            Assert.Throws<ArgumentOutOfRangeException>(() =>
                Initializers.TruncatedNormal<double>([7], 1, random, 0)).Message);
        Assert.StartsWith(
            "Uniform: high must be at least low, 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Initializers.Uniform<double>([7], 2, 1, random)).Message);
    }
}
