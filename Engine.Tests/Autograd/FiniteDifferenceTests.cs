namespace Engine.Tests.Autograd;

/// <summary>The steps of the finite differences: how far they go, when they shrink, when they give up.</summary>
public class FiniteDifferenceTests
{
    private const int Stencil = 4, OneSided = 5;

    [Theory]
    [InlineData(5, 0.01)]
    [InlineData(-0.25, 5e-4)]
    [InlineData(1e-3, 2e-6)]
    [InlineData(0, 2e-6)]
    public void A_step_is_a_thousandth_of_the_largest_value_and_at_least_a_millionth(double x, double farthest)
    {
        var seen = new List<double>();
        Assert.True(GradientCheck.Of(Watched(Op.Exp, seen), Tensor<double>.From([1], [x])).Passed);
        Assert.Equal(x + farthest, seen.Max(), farthest * 1e-6);
        Assert.Equal(x - farthest, seen.Min(), farthest * 1e-6);
    }

    [Fact]
    public void Where_two_steps_agree_no_third_is_taken()
    {
        var seen = new List<double>();
        var report = GradientCheck.Of(Watched(x => x * x, seen), Tensor<double>.From([1], [1]));
        Assert.Equal(3, report.Derivatives);
        Assert.Equal(1 + (3 * 2 * Stencil), seen.Count);
    }

    [Fact]
    public void A_kink_within_two_steps_halves_the_step_until_it_lies_outside()
    {
        // Steps of 1e-3, and half of it five times; the sixth half agrees with the fifth, where 2 h = 6.25e-5.
        var seen = new List<double>();
        var kink = Watched(x => Op.Relu(x + x.Tape.Constant([1], [-1 + 1e-4])), seen);
        Assert.True(GradientCheck.Of(kink, Tensor<double>.From([1], [1])).Passed);
        Assert.Equal(1 + (3 * 7 * Stencil), seen.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void At_a_jump_the_step_is_halved_ten_times_and_the_jump_is_no_kink(bool belongsToTheRight)
    {
        // On one side the differences settle, on the other side they double with each half step.
        var seen = new List<double>();
        var jump = Watched(x => x + x.Tape.Constant([1], [Height(x.ToArray()[0])]), seen);
        var report = GradientCheck.Of(jump, Tensor<double>.From([1], [0]));
        Assert.Equal(GradientVerdict.Wrong, report.Verdict);
        Assert.Empty(report.Tensors[0].ElementsOnKinks);
        // The step that settles nothing is a half one on the left, which may be the last, or on the right.
        int Calls(int sides) => 1 + (3 * ((11 * Stencil) + (sides * OneSided)));
        Assert.InRange(seen.Count, Calls(sides: 3), Calls(sides: 4));

        double Height(double x) => x > 0 || (x == 0 && belongsToTheRight) ? 1 : 0;
    }

    private static Func<Tensor<double>, Tensor<double>> Watched(
        Func<Tensor<double>, Tensor<double>> f, List<double> seen) =>
        x =>
        {
            seen.Add(x.ToArray()[0]);
            return f(x);
        };
}
