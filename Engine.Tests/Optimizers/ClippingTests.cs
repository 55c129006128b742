using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

public sealed class ClippingTests
{
    [Property]
    public void Clipping_by_value_cuts_each_number_and_leaves_the_others_as_they_are(Draw draw)
    {
        Shape shape = [draw.Size()];
        var given = draw.Normal(shape);
        var parameter = new Parameter<double>("x", Tensor<double>.Zeros(shape));
        var set = new GradientSet<double>([parameter]);
        given.Free<double>().CopyTo(set[parameter]);
        GradientClipping.ByValue(set, 0.6);
        Assert.Equal(given.Map(g => Math.Clamp(g, -0.6, 0.6)).Values, set[parameter].ToArray());
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(16_384)]
    [InlineData(4_097)]
    public void The_norm_of_many_numbers_counts_each_of_them_once(int count)
    {
        var parameter = new Parameter<double>("x", Tensor<double>.Zeros([count]));
        var set = new GradientSet<double>([parameter]);
        for (var i = 0; i < count; i++) set[parameter][i] = 1 + (i / 4096) + (1e-3 * (i % 7));
        var given = set[parameter].ToArray();
        var norm = Math.Sqrt(given.Sum(g => g * g));
        Assert.Equal(norm, GradientClipping.ByNorm(set, 2), norm * 1e-13);
        Close.To([.. given.Select(g => g * 2 / (norm + 1e-6))], set[parameter].ToArray(), 1e-13);
    }

    [Fact]
    public void Clipping_by_norm_keeps_the_direction_and_by_value_may_not()
    {
        double[] Clipped(Action<GradientSet<double>> clip)
        {
            var parameter = new Parameter<double>("x", Tensor<double>.Zeros([2]));
            var set = new GradientSet<double>([parameter]);
            (set[parameter][0], set[parameter][1]) = (3, 4);
            clip(set);
            return set[parameter].ToArray();
        }
        Close.To([0.6, 0.8], Clipped(set => GradientClipping.ByNorm(set, 1)), 1e-6);
        Assert.Equal([3, 4], Clipped(set => GradientClipping.ByNorm(set, 6)));
        Assert.Equal([3, 3.5], Clipped(set => GradientClipping.ByValue(set, 3.5)));
        Assert.Equal([double.NaN, 1], Clipped(set =>
        {
            set.All[0] = double.NaN;
            GradientClipping.ByValue(set, 1);
        }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_maximum_that_is_not_above_0_is_refused(double maximum) => Assert.StartsWith(
        "GradientClipping.ByValue: the maximum must be above 0.",
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            GradientClipping.ByValue(new GradientSet<float>([]), maximum)).Message);
}
