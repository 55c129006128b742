using static Engine.Tests.Operations.ElementwiseTests;

namespace Engine.Tests.Operations;

public class ActivationTests
{
    private static readonly (string Name, Func<Tensor<double>, Tensor<double>> OfDouble,
        Func<Tensor<float>, Tensor<float>> OfFloat)[] All =
    [
        ("Relu", Op.Relu, Op.Relu), ("LeakyRelu", x => Op.LeakyRelu(x), x => Op.LeakyRelu(x)),
        ("Elu", x => Op.Elu(x), x => Op.Elu(x)), ("Softplus", Op.Softplus, Op.Softplus), ("Gelu", Op.Gelu, Op.Gelu),
        ("GeluTanh", Op.GeluTanh, Op.GeluTanh), ("Silu", Op.Silu, Op.Silu),
        ("Swish", x => Op.Swish(x, 12), x => Op.Swish(x, 12)),
        ("Swish of a negative beta", x => Op.Swish(x, -12), x => Op.Swish(x, -12)),
        ("Swish of a learned beta", x => Op.Swish(x, Tensor<double>.From([], [3])),
            x => Op.Swish(x, Tensor<float>.From([], [3]))),
    ];

    [Property]
    public void LeakyRelu_equals_its_twin(Draw draw)
    {
        Unary(draw, x => Op.LeakyRelu(x[0]), x => Op.LeakyRelu(x[0]), x => x > 0 ? x : 0.01 * x);
        Unary(draw, x => Op.LeakyRelu(x[0], -2), x => Op.LeakyRelu(x[0], -2), x => x > 0 ? x : -2 * x);
    }

    [Property]
    public void Elu_equals_its_twin(Draw draw)
    {
        Unary(draw, x => Op.Elu(x[0]), x => Op.Elu(x[0]), x => x > 0 ? x : Math.Exp(x) - 1);
        Unary(draw, x => Op.Elu(x[0], 0.3), x => Op.Elu(x[0], 0.3), x => x > 0 ? x : 0.3 * (Math.Exp(x) - 1));
    }

    [Property]
    public void Softplus_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Softplus(x[0]), x => Op.Softplus(x[0]), x => Math.Log(1 + Math.Exp(x)));

    [Property]
    public void GeluTanh_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.GeluTanh(x[0]), x => Op.GeluTanh(x[0]), x =>
            0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))));

    [Property]
    public void Silu_and_Swish_equal_their_twins(Draw draw)
    {
        Unary(draw, x => Op.Silu(x[0]), x => Op.Silu(x[0]), x => x / (1 + Math.Exp(-x)));
        Unary(draw, x => Op.Swish(x[0], 1.7), x => Op.Swish(x[0], 1.7), x => x / (1 + Math.Exp(-1.7 * x)));
        Unary(draw, x => Op.Swish(x[0], -0.5), x => Op.Swish(x[0], -0.5), x => x / (1 + Math.Exp(0.5 * x)));
    }

    [Property]
    public void Silu_is_x_times_its_sigmoid_with_its_gradient(Draw draw) =>
        Gradients.Agree(
            x => Op.Silu(x[0]), x => x[0] * Op.Sigmoid(x[0]), draw.Random, draw.Normal(draw.Shape()));

    [Property]
    public void Swish_and_the_gradient_of_its_beta_equal_the_primitives_that_it_is_made_of(Draw draw) =>
        Gradients.Agree(
            x => Op.Swish(x[0], x[1]), x => x[0] * Op.Sigmoid(x[0] * x[1]), draw.Random,
            draw.Normal(draw.Shape()), draw.Normal([]));

    [Property]
    public void Swish_goes_from_half_of_x_by_Silu_to_Relu(Draw draw)
    {
        var x = draw.Normal(draw.Shape()).Map(v => v + (0.01 * Math.Sign(v)));
        Assert.Equal(Forward.Of(Op.Silu, x), Forward.Of(x => Op.Swish(x, 1), x));
        Close.To(x.Values.Select(v => v / 2).ToArray(), Forward.Of(x => Op.Swish(x, 0), x), 1e-15);
        Close.To(Forward.Of(Op.Relu, x), Forward.Of(x => Op.Swish(x, 1e5), x), 1e-12);
    }

    [Property]
    public void GeluTanh_and_its_gradient_equal_the_primitives_that_it_is_made_of(Draw draw) =>
        Gradients.Agree(
            x => Op.GeluTanh(x[0]),
            x => (Op.Tanh((x[0] + (x[0] * x[0] * x[0] * 0.044715)) * Math.Sqrt(2 / Math.PI))
                + Tensor<double>.From([], [1])) * x[0] * 0.5,
            draw.Random, draw.Normal(draw.Shape()));

    [Fact]
    public void GeluTanh_differs_from_Gelu_by_less_than_its_documentation_says()
    {
        var x = Numbers.Of([2001], i => (i - 1000) * 0.01);
        var (exact, approximate) = (Forward.Of(Op.Gelu, x), Forward.Of(Op.GeluTanh, x));
        var differences = exact.Zip(approximate, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.InRange(differences.Max(), 4e-4, 5e-4);
        Assert.InRange(differences.Zip(x.Values, (d, v) => v == 0 ? 0 : d / Math.Abs(v)).Max(), 1e-4, 5e-4);
    }

    [Property]
    public void Softplus_of_x_less_that_of_minus_x_is_x_and_its_slope_is_the_sigmoid(Draw draw)
    {
        var scale = Math.Pow(10, draw.Integer(-3, 4));
        var x = draw.Normal(draw.Shape()).Map(v => v * scale);
        var difference = Forward.Of(x => Op.Softplus(x) - Op.Softplus(x * -1), x);
        for (var i = 0; i < difference.Length; i++)
            Assert.Equal(x.Values[i], difference[i], 1e-15 * Math.Max(1, Math.Abs(x.Values[i])));
        using var tape = new Tape<double>();
        var leaf = x.On(tape);
        Assert.Equal(Forward.Of(Op.Sigmoid, x), tape.Backward(Op.Sum(Op.Softplus(leaf)))[leaf].ToArray());
    }

    [Property]
    public void Elu_and_Softplus_are_continuous_and_rise(Draw draw)
    {
        // Pairs of points close together, on both sides of 0 among others.
        var n = draw.Size();
        var low = Numbers.Of([n], i => i == 0 ? -1e-9 : (draw.Random.NextNormal() * 1e-3) - 1e-4);
        var high = new Numbers(low.Shape, [.. low.Values.Select((v, i) => i == 0 ? 1e-9 : v + 2e-4)]);
        foreach (var f in (Func<Tensor<double>, Tensor<double>>[])[x => Op.Elu(x), x => Op.Elu(x, 0.5),
            Op.Softplus])
        {
            var (below, above) = (Forward.Of(f, low), Forward.Of(f, high));
            for (var i = 0; i < n; i++)
                Assert.InRange(above[i] - below[i], 0, (high.Values[i] - low.Values[i]) * (1 + 1e-6));
        }
    }

    [Fact]
    public void The_slope_of_Elu_is_continuous_where_alpha_is_one()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([2], [-1e-9, 1e-9]));
        var slopes = tape.Backward(Op.Sum(Op.Elu(x)))[x].ToArray();
        Assert.Equal(slopes[1], slopes[0], 1e-8);
    }

    [Fact]
    public void The_derivative_at_zero_is_the_one_documented()
    {
        Assert.Equal(0.2, SlopeAtZero(x => Op.LeakyRelu(x, 0.2)));
        Assert.Equal(0.7, SlopeAtZero(x => Op.Elu(x, 0.7)));
        Assert.Equal(0.5, SlopeAtZero(Op.Softplus));
        Assert.Equal(0.5, SlopeAtZero(Op.GeluTanh));
        Assert.Equal(0.5, SlopeAtZero(Op.Silu));

        static double SlopeAtZero(Func<Tensor<double>, Tensor<double>> f)
        {
            using var tape = new Tape<double>();
            var x = tape.Variable(Tensor<double>.Zeros([1]));
            return tape.Backward(Op.Sum(f(x)))[x][0];
        }
    }

    [Fact]
    public void Large_inputs_give_the_limits_with_finite_gradients()
    {
        foreach (var (name, ofDouble, ofFloat) in All)
        {
            foreach (var size in (double[])[50, 1e3, 1e5, 1e30, 3e38, 1e200, 1.7e308])
            {
                using var tape = new Tape<double>();
                var x = tape.Variable(Tensor<double>.From([2], [size, -size]));
                var y = ofDouble(x);
                Check(name, size, y.ToArray(), tape.Backward(Op.Sum(y))[x].ToArray());
                if (size > float.MaxValue) continue;
                using var single = new Tape<float>();
                var z = single.Variable(Tensor<float>.From([2], [(float)size, -(float)size]));
                var w = ofFloat(z);
                Check(name, (float)size, Numbers.Of(w).Values, Array.ConvertAll(
                    single.Backward(Op.Sum(w))[z].ToArray(), v => (double)v));
            }
        }

        static void Check(string name, double size, double[] y, double[] slopes)
        {
            var mirrored = name.Contains("negative", StringComparison.Ordinal);
            var (up, down) = mirrored ? (1, 0) : (0, 1);
            var sign = mirrored ? -1 : 1;
            Assert.Equal(sign * size, y[up], 1e-6 * size);
            var (bottom, slope) = name switch
            {
                "LeakyRelu" => (-0.01 * size, 0.01),
                "Elu" => (-1, 0),
                _ => (0.0, 0),
            };
            Assert.Equal(bottom, y[down], 1e-6 * Math.Max(1, Math.Abs(bottom)));
            Assert.Equal(1, slopes[up], 1e-6);
            Assert.Equal(slope, slopes[down], 1e-6);
        }
    }

    [Fact]
    public void A_NaN_gives_NaN()
    {
        Numbers x = new([4], [1, double.NaN, -1, 2]);
        foreach (var (name, f, _) in All) Assert.True(double.IsNaN(Forward.Of(f, x)[1]), name);
        Assert.True(double.IsNaN(Forward.Of(Op.Glu, x)[1]));
    }

    [Fact]
    public void A_beta_that_is_not_one_number_is_refused()
    {
        using var tape = new Tape<float>();
        var x = tape.Constant(Tensor<float>.Zeros([2, 3]));
        Assert.Equal(
            "Swish: beta [1] must be a single number, []. Reshape it?",
            Assert.Throws<ShapeException>(() => Op.Swish(x, Tensor<float>.Zeros([1]))).Message);
    }
}
