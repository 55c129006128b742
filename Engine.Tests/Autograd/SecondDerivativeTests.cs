namespace Engine.Tests.Autograd;

/// <summary>A gradient of a gradient is refused or right, never zero in silence.</summary>
public class SecondDerivativeTests
{
    private static readonly CatalogueEntry Entry = new("Force", "y = d sum(x^3) / dx = 3 x^2;  dX = 6 x dY", _ => []);

    [Fact]
    public void An_operation_whose_forward_is_a_gradient_is_right_if_its_backward_is()
    {
        Assert.True(GradientCheck.Of(x => Force(x, 6), Samples.Normal(4)).Passed);
        var wrong = GradientCheck.Of(x => Force(x, 3), Samples.Normal(4));
        Assert.True(wrong.CallsBackward);
        Assert.Equal(GradientVerdict.Wrong, wrong.Verdict);
    }

    [Fact]
    public void A_gradient_that_enters_as_a_constant_is_wrong_and_the_report_says_why()
    {
        // A penalty on the gradient's size: its derivative is missing.
        var report = GradientCheck.Of(x => (x * x) + x.Tape.Constant(x.Shape, Cube(x.ToArray())), Samples.Normal(4));
        Assert.Equal(GradientVerdict.Wrong, report.Verdict);
        Assert.EndsWith(
            "the function calls Backward, and a gradient is a constant: to differentiate a gradient, record an "
            + "operation whose forward is the gradient and whose backward you write", report.ToString());
    }

    [Fact]
    public void A_function_that_is_nothing_but_a_gradient_is_refused() =>
        Assert.Equal(
            "GradientCheck: the output [4] does not depend on the inputs through recorded operations; the function "
            + "calls Backward, and a gradient is a constant: to differentiate a gradient, record an operation whose "
            + "forward is the gradient and whose backward you write",
            Assert.Throws<InvalidOperationException>(() => GradientCheck.Of(
                x => x.Tape.Constant(x.Shape, Cube(x.ToArray())), Samples.Normal(4))).Message);

    [Fact]
    public void A_tape_refuses_its_own_gradients_as_constants_and_takes_a_copy()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Samples.Normal(4));
        var gradients = tape.Backward(Op.Sum(x * x));
        Assert.Equal(
            "Constant: these numbers [4] are a gradient that this tape computed, and a tape computes no gradient of a "
            + "gradient; for the plain numbers, copy them (ToArray).",
            Assert.Throws<InvalidOperationException>(() => tape.Constant([4], gradients[x])).Message);
        Assert.Equal(gradients[x].ToArray(), tape.Constant([4], gradients[x].ToArray()).ToArray());
        using var other = new Tape<double>();
        Assert.Equal(gradients[x].ToArray(), other.Constant([4], gradients[x]).ToArray());
    }

    private static Tensor<double> Force(Tensor<double> x, double factor)
    {
        var tape = Tape<double>.Of(Entry, x);
        var y = tape.Constant(x.Shape, Cube(x.ToArray()));
        return tape.Record(Entry, y, [x], adjoints =>
            adjoints.Into(x).Add([.. x.ToArray().Zip(adjoints.Of(y).ToArray(), (v, d) => factor * v * d)]));
    }

    /// <summary>The gradient of sum(x³), on a tape of its own.</summary>
    private static double[] Cube(double[] values)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([values.Length], values));
        return tape.Backward(Op.Sum(x * x * x))[x].ToArray();
    }
}
