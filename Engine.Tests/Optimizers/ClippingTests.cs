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

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void A_maximum_norm_that_is_not_above_0_is_refused(double maximum) => Assert.StartsWith(
        "GradientClipping: the maximum norm must be above 0.",
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(Set<float>(3, 4), maximum)).Message);

    [Theory]
    [InlineData(1e19)]
    [InlineData(3e38)]
    [InlineData(1e-25)]
    [InlineData(1e-40)]
    public void The_norm_of_floats_is_right_where_their_squares_are_not_in_range(double size)
    {
        var set = Set<float>([.. Enumerable.Repeat((float)size, 10_000)]);
        var norm = 100 * (double)(float)size;
        Assert.Equal(norm, GradientClipping.ByNorm(set, 1), norm * 1e-6);
        foreach (var g in set.All[..10_000]) Assert.Equal(Math.Min(size, 0.01), g, Math.Min(size, 0.01) * 0.01);
    }

    [Theory]
    [InlineData(1e160)]
    [InlineData(1e300)]
    [InlineData(1e-170)]
    [InlineData(1e-310)]
    public void The_norm_of_doubles_is_right_where_their_squares_are_not_in_range(double size)
    {
        var set = Set<double>([.. Enumerable.Repeat(size, 10_000)]);
        Assert.Equal(100 * size, GradientClipping.ByNorm(set, 1), 100 * size * 1e-9);
        foreach (var g in set.All[..10_000]) Assert.Equal(Math.Min(size, 0.01), g, Math.Min(size, 0.01) * 1e-6);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_no_number_is_said_and_all_gradients_stay_as_they_are(float wrong)
    {
        var set = Set<float>(1, wrong, 3);
        Assert.StartsWith(
            "GradientClipping: a gradient is NaN or infinite, and no factor mends it. Leave out the step,",
            Assert.Throws<ArgumentOutOfRangeException>(() => GradientClipping.ByNorm(set, 1)).Message);
        Assert.Equal([1, wrong, 3], set.All[..3].ToArray());
        Assert.False(double.IsFinite(GradientClipping.Norm(set)));
    }

    private static GradientSet<T> Set<T>(params T[] gradients)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var parameter = new Parameter<T>("x", Tensor<T>.Zeros([gradients.Length]));
        var set = new GradientSet<T>([parameter]);
        gradients.CopyTo(set[parameter]);
        return set;
    }
}
