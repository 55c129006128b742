
namespace Engine.Tests.Operations;

public class ElementwiseTests
{
    [Property]
    public void Add_equals_its_twin(Draw draw) =>
        Binary(draw, x => Op.Add(x[0], x[1]), x => Op.Add(x[0], x[1]), (x, z) => x + z);

    [Property]
    public void Subtract_equals_its_twin(Draw draw) =>
        Binary(draw, x => Op.Subtract(x[0], x[1]), x => Op.Subtract(x[0], x[1]), (x, z) => x - z);

    [Property]
    public void Multiply_equals_its_twin(Draw draw) =>
        Binary(draw, x => Op.Multiply(x[0], x[1]), x => Op.Multiply(x[0], x[1]), (x, z) => x * z);

    [Property]
    public void Divide_equals_its_twin(Draw draw) =>
        Binary(draw, x => Op.Divide(x[0], x[1]), x => Op.Divide(x[0], x[1]), (x, z) => x / z, positive: true);

    [Fact]
    public void Operators_are_the_operations_of_their_names()
    {
        using var tape = new Tape<double>();
        var (x, z) = (tape.Constant([2], [6, 8]), tape.Constant([2], [3, 2]));
        Assert.Equal([9, 10], (x + z).ToArray());
        Assert.Equal([3, 6], (x - z).ToArray());
        Assert.Equal([18, 16], (x * z).ToArray());
        Assert.Equal([2, 4], (x / z).ToArray());
        Assert.Equal([3, 4], (x * 0.5).ToArray());
    }

    [Property]
    public void Scale_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Scale(x[0], -1.5), x => Op.Scale(x[0], -1.5), x => -1.5 * x);

    [Property]
    public void Exp_equals_its_twin(Draw draw) => Unary(draw, x => Op.Exp(x[0]), x => Op.Exp(x[0]), Math.Exp);

    [Property]
    public void Log_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Log(x[0]), x => Op.Log(x[0]), Math.Log, positive: true);

    [Property]
    public void Sqrt_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Sqrt(x[0]), x => Op.Sqrt(x[0]), Math.Sqrt, positive: true);

    [Property]
    public void Relu_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Relu(x[0]), x => Op.Relu(x[0]), x => Math.Max(0, x));

    [Property]
    public void Tanh_equals_its_twin(Draw draw) => Unary(draw, x => Op.Tanh(x[0]), x => Op.Tanh(x[0]), Math.Tanh);

    [Property]
    public void Sigmoid_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Sigmoid(x[0]), x => Op.Sigmoid(x[0]), x => 1 / (1 + Math.Exp(-x)));

    [Property]
    public void Gelu_equals_its_twin(Draw draw) =>
        Unary(draw, x => Op.Gelu(x[0]), x => Op.Gelu(x[0]), x => x * NormalDistribution(x));

    [Fact]
    public void Functions_saturate_instead_of_overflowing()
    {
        Numbers large = new([2], [1000, -1000]);
        Assert.Equal([1, -1], Forward.Of(Op.Tanh, large));
        Assert.Equal([1, 0], Forward.Of(Op.Sigmoid, large));
        Assert.Equal([1000, 0], Forward.Of(Op.Gelu, large).Select(y => y + 0));
        Assert.Equal([double.PositiveInfinity, 0], Forward.Of(Op.Exp, large));
    }

    [Fact]
    public void The_derivative_of_Relu_at_zero_is_zero()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([3], [-1, 0, 2]));
        Assert.Equal([0, 0, 1], tape.Backward(Op.Sum(Op.Relu(x)))[x].ToArray());
    }

    [Fact]
    public void A_NaN_gives_NaN()
    {
        Numbers x = new([3], [1, double.NaN, -1]);
        foreach (var f in (Func<Tensor<double>, Tensor<double>>[])
            [Op.Relu, Op.Gelu, Op.Tanh, Op.Sigmoid, Op.Exp, x => Op.Scale(x, 2), x => x + x, Op.Softmax])
            Assert.True(double.IsNaN(Forward.Of(f, x)[1]), f.Method.Name);
    }

    /// <summary>Φ(x) by the series x Σ x²ⁿ / (3 · 5 ··· (2n + 1)), whose terms are all of one sign.</summary>
    private static double NormalDistribution(double x)
    {
        double sum = 0, term = x;
        for (var n = 1; Math.Abs(term) > 1e-20; term *= x * x / ((2 * n++) + 1)) sum += term;
        return 0.5 + (sum * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
    }

    internal static void Unary(
        Draw draw, Func<Tensor<double>[], Tensor<double>> inDouble,
        Func<Tensor<float>[], Tensor<float>> inFloat, Func<double, double> twin, bool positive = false)
    {
        var shape = draw.Shape();
        var x = positive ? draw.Positive(shape) : draw.Normal(shape);
        Forward.Agrees(draw, inDouble, inFloat, x.Map(twin), x);
    }

    private static void Binary(
        Draw draw, Func<Tensor<double>[], Tensor<double>> inDouble,
        Func<Tensor<float>[], Tensor<float>> inFloat, Func<double, double, double> twin, bool positive = false)
    {
        var (a, b) = draw.Broadcastable();
        var (x, z) = (draw.Normal(a), positive ? draw.Positive(b) : draw.Normal(b));
        var expected = Numbers.ByIndex(Broadcasting.Combine("", a, b), i => twin(x.Broadcast(i), z.Broadcast(i)));
        Forward.Agrees(draw, inDouble, inFloat, expected, x, z);
    }
}
