namespace Engine.Tests.Tensors;

public class SingleNumberTests
{
    [Fact]
    public void The_only_order_of_a_single_number_leaves_it_and_its_gradient()
    {
        var x = Tensor<double>.From([], [3.5]);
        using var tape = new Tape<double>(Mode.Inference);
        Assert.Equal(3.5, Op.Permute(tape.Constant(x)).Item());
        var report = GradientCheck.Of(x => Op.Scale(Op.Permute(x), 2), x);
        Assert.True(report.Passed, report.ToString());
    }
}
