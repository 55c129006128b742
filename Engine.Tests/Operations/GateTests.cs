
namespace Engine.Tests.Operations;

/// <summary>Gated linear units.</summary>
public class GateTests
{
    private static readonly (string Name, Func<Tensor<double>, Tensor<double>, Tensor<double>> Gated,
        Func<Tensor<double>, Tensor<double>> Twin)[] All =
        [("Glu", Op.Glu, Op.Sigmoid), ("Geglu", Op.Geglu, Op.Gelu), ("Swiglu", Op.Swiglu, Op.Silu)];

    [Property]
    public void A_gated_unit_and_its_gradients_equal_the_primitives_that_it_is_made_of(Draw draw) =>
        draw.ForEach(All, (unit, draw) =>
        {
            var shape = draw.Shape();
            Gradients.Agree(
                x => unit.Gated(x[0], x[1]), x => unit.Twin(x[0]) * x[1], draw.Random, draw.Normal(shape),
                draw.Normal(shape));
        });

    [Property]
    public void Glu_of_one_tensor_is_its_first_half_gated_by_its_second_with_its_gradient(Draw draw)
    {
        var n = draw.Size();
        Gradients.Agree(
            x => Op.Glu(x[0]), x => Op.Slice(x[0], -1, 0, n) * Op.Sigmoid(Op.Slice(x[0], -1, n, n)), draw.Random,
            draw.Normal(draw.Shape(lowestRank: 1).With(^1, 2 * n)));
    }

    [Property]
    public void Gated_units_equal_their_twins_in_float_and_in_any_layout(Draw draw)
    {
        var shape = draw.Shape(lowestRank: 1);
        var (gate, value) = (draw.Normal(shape), draw.Normal(shape));
        static double Sigmoid(double v) => 1 / (1 + Math.Exp(-v));
        Numbers Expected(Func<double, double> f) => Numbers.Of(shape, i => f(gate.Values[i]) * value.Values[i]);
        Forward.Agrees(draw, x => Op.Glu(x[0], x[1]), x => Op.Glu(x[0], x[1]), Expected(Sigmoid), gate, value);
        Forward.Agrees(
            draw, x => Op.Swiglu(x[0], x[1]), x => Op.Swiglu(x[0], x[1]), Expected(v => v * Sigmoid(v)), gate,
            value);
        var gelu = new Numbers(shape, Forward.Of(Op.Gelu, gate));
        Forward.Agrees(
            draw, x => Op.Geglu(x[0], x[1]), x => Op.Geglu(x[0], x[1]),
            Numbers.Of(shape, i => gelu.Values[i] * value.Values[i]), gate, value);
        var halves = shape.With(^1, 2 * shape[^1]);
        var both = Numbers.ByIndex(halves, i => i[^1] < shape[^1]
            ? value[i] : gate[[.. i[..^1], i[^1] - shape[^1]]]);
        Forward.Agrees(draw, x => Op.Glu(x[0]), x => Op.Glu(x[0]), Expected(Sigmoid), both);
    }

    [Fact]
    public void A_gate_or_a_value_may_be_a_constant()
    {
        foreach (var (_, gated, twin) in All)
        {
            using var tape = new Tape<double>();
            var constant = tape.Constant(Samples.Normal(3, 4));
            var x = tape.Variable(Samples.Positive(new(1), [3, 4]));
            Close.To(twin(constant).ToArray(), tape.Backward(Op.Sum(gated(constant, x)))[x], 1e-15);
            var expected = tape.Backward(Op.Sum(twin(x) * constant))[x].ToArray();
            Close.To(expected, tape.Backward(Op.Sum(gated(x, constant)))[x], 1e-14);
        }
    }

    [Fact]
    public void Large_gates_open_or_close_with_finite_gradients()
    {
        foreach (var (name, gated, _) in All)
        {
            foreach (var size in (double[])[1e3, 1e30, 1e150])
            {
                using var tape = new Tape<double>();
                var gate = tape.Variable(Tensor<double>.From([2], [size, -size]));
                var value = tape.Variable(Tensor<double>.From([2], [3, 3]));
                var y = gated(gate, value);
                Assert.Equal([name == "Glu" ? 3 : 3 * size, 0], y.ToArray().Select(v => v + 0));
                var gradients = tape.Backward(Op.Sum(y));
                Assert.Equal([name == "Glu" ? 0 : 3, 0], gradients[gate].ToArray().Select(v => v + 0));
                Assert.Equal([name == "Glu" ? 1 : size, 0], gradients[value].ToArray().Select(v => v + 0));
            }
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_named()
    {
        using var tape = new Tape<double>();
        var (x, z) = (tape.Constant(Samples.Normal(2, 3)), tape.Constant(Samples.Normal(3)));
        foreach (var (name, gated, _) in All)
        {
            Assert.Equal(
                $"{name}: gate [2, 3] and value [3] must have one shape. Reshape one?",
                Assert.Throws<ShapeException>(() => gated(x, z)).Message);
        }
        Assert.Equal(
            "Glu: the last dimension of [2, 3] must be even, to be split in halves.",
            Assert.Throws<ShapeException>(() => Op.Glu(x)).Message);
        Assert.Equal(
            "Glu: a single number, [], has no dimensions; Reshape it to [1]?",
            Assert.Throws<ShapeException>(() => Op.Glu(tape.Constant(Samples.Normal()))).Message);
    }
}
