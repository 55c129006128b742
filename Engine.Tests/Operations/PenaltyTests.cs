
namespace Engine.Tests.Operations;

public class PenaltyTests
{
    [Property]
    public void L1_is_the_sum_of_magnitudes_and_L2_half_that_of_squares(Draw draw)
    {
        var x = draw.Normal(draw.Shape());
        Forward.Agrees(
            draw, t => Op.L1Penalty(t[0], 0.3), t => Op.L1Penalty(t[0], 0.3),
            Numbers.Of([], _ => 0.3 * x.Values.Sum(Math.Abs)), x);
        Forward.Agrees(
            draw, t => Op.L2Penalty(t[0], 0.3), t => Op.L2Penalty(t[0], 0.3),
            Numbers.Of([], _ => 0.15 * x.Values.Sum(v => v * v)), x);
    }

    [Fact]
    public void L1_has_no_slope_at_zero()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([4], [0, 2, -0.0, -3]));
        Assert.Equal([0, 0.5, 0, -0.5], tape.Backward(Op.L1Penalty(x, 0.5))[x].ToArray());
    }
}
