namespace Engine.Tests.Autograd;

/// <summary>What a gradient check measures errors against, and which tensors it checks by element.</summary>
public class GradientScaleTests
{
    private const string Own = "its largest gradient";
    private const string OfAll = "a thousandth of the largest gradient of all";
    private const string OfTerms = "a thousandth of the terms of the loss, at most 1";

    [Theory]
    [InlineData(1, 0.5, Own)]
    [InlineData(100, 0.5, Own)]
    [InlineData(100, 1e-3, Own)] // exactly a thousandth
    [InlineData(100, 1e-5, OfAll)]
    public void A_small_gradient_is_measured_against_a_thousandth_of_the_largest(
        double factor, double share, string meaning)
    {
        var report = GradientCheck.Of(
            (x, z) => (x + z * share) * factor, Tensor<double>.From([3], [2, 3, 4]), Samples.Normal(3));
        Assert.True(report.Passed);
        var (first, second) = (report.Tensors[0], report.Tensors[1]);
        Assert.Equal((Own, meaning), (first.ScaleMeaning, second.ScaleMeaning));
        Assert.Equal(Math.Max(share, 1e-3), second.Scale / first.Scale, 1e-12);
    }

    [Fact]
    public void Where_the_loss_is_zero_the_largest_gradient_of_all_is_the_measure()
    {
        // x² - 1 is 0 at 1, and its gradient is 2.
        var report = GradientCheck.Of(
            (x, z) => x * x - 1 + z * 1e-5, Tensor<double>.From([3], [1, 1, 1]), Samples.Normal(3));
        Assert.True(report.Passed);
        Assert.Equal((Own, OfAll), (report.Tensors[0].ScaleMeaning, report.Tensors[1].ScaleMeaning));
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(10)]
    public void Where_every_gradient_is_zero_the_terms_of_the_loss_are_the_measure_at_most_1(double factor)
    {
        var report = GradientCheck.Of(x => Op.Softmax(x) * factor, Samples.Normal(5, 1));
        Assert.True(report.Passed);
        var tensor = Assert.Single(report.Tensors);
        Assert.Equal(OfTerms, tensor.ScaleMeaning);
        Assert.InRange(tensor.Scale, 1e-4 * Math.Min(factor, 1), Math.Min(1e-3, 1e-2 * factor));
    }

    [Theory]
    [InlineData(80, 82)] // each element, and two directions
    [InlineData(81, 2)]
    public void Up_to_80_elements_are_checked_one_by_one(int elements, int derivatives) =>
        Assert.Equal(derivatives, GradientCheck.Of(Op.Exp, Samples.Normal(elements)).Derivatives);

    [Fact]
    public void The_elements_of_all_tensors_together_decide_whether_they_are_checked_one_by_one()
    {
        Assert.Equal(40 + 40 + 4, DerivativesOf(40));
        Assert.Equal(2 + 2, DerivativesOf(41));

        int DerivativesOf(int elements) => GradientCheck.Of(
            (x, z) => x * z, Samples.Normal(elements), Samples.Normal(elements)).Derivatives;
    }
}
