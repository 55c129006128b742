using System.Numerics;

namespace Engine.Tests.Operations;

/// <summary>
/// Operations that sum squares, on numbers whose squares a float or a double does not hold: results and gradients equal
/// the results of the same numbers near 1.
/// </summary>
public class MagnitudeTests
{
    private static readonly double[] Row = [3, -4, 0.5, 2, 1, -1, 0.25, 2.5, -3, 1.5, 0, 4, -0.5, 1, 2, -2, 3, 1];

    public static TheoryData<double> Floats => [1e19, 1e20, 3e37, 1e-25, 1e-37];

    public static TheoryData<double> Doubles => [1e155, 1e300, 1e-170, 1e-300];

    [Theory]
    [MemberData(nameof(Floats))]
    public void L2Normalize_of_floats_depends_on_no_magnitude(double size) =>
        DoesNotDependOnSize<float>(Op.L2Normalize, size, 1e-6);

    [Theory]
    [MemberData(nameof(Doubles))]
    public void L2Normalize_of_doubles_depends_on_no_magnitude(double size) =>
        DoesNotDependOnSize<double>(Op.L2Normalize, size, 1e-13);

    [Fact]
    public void L2Normalize_gives_length_1_to_all_that_is_finite_and_not_zero()
    {
        using var tape = new Tape<float>(Mode.Inference);
        var tiny = Tensor<float>.From([2, 2], [float.Epsilon, 0, 3e-42f, -4e-42f]);
        Close.To([1, 0, 0.6, -0.8], Values(Op.L2Normalize(tape.Variable(tiny))), 1e-3); // a denormal has few digits
        var large = Tensor<float>.From([2, 2], [float.MaxValue, float.MaxValue, 3e20f, 4e20f]);
        Close.To([Math.Sqrt(0.5), Math.Sqrt(0.5), 0.6, 0.8], Values(Op.L2Normalize(tape.Variable(large))), 1e-6);
        var zero = Tensor<float>.From([1, 3], [0, 0, 0]);
        Assert.Equal([0, 0, 0], Values(Op.L2Normalize(tape.Variable(zero))));
    }

    [Fact]
    public void L2Normalize_of_infinity_is_not_a_number_and_hides_nothing()
    {
        using var tape = new Tape<float>(Mode.Inference);
        var x = Tensor<float>.From([1, 2], [float.PositiveInfinity, 1]);
        Assert.Contains(double.NaN, Values(Op.L2Normalize(tape.Variable(x))));
    }

    [Theory]
    [MemberData(nameof(Floats))]
    public void RmsNorm_and_LayerNorm_of_floats_without_epsilon_depend_on_no_magnitude(double size)
    {
        DoesNotDependOnSize<float>(x => Op.RmsNorm(x, Gamma<float>(), 0), size, 2e-5);
        DoesNotDependOnSize<float>(x => Op.LayerNorm(x, Gamma<float>(), Gamma<float>(), 0), size, 2e-5);
    }

    [Theory]
    [MemberData(nameof(Doubles))]
    public void RmsNorm_and_LayerNorm_of_doubles_without_epsilon_depend_on_no_magnitude(double size)
    {
        DoesNotDependOnSize<double>(x => Op.RmsNorm(x, Gamma<double>(), 0), size, 1e-12);
        DoesNotDependOnSize<double>(x => Op.LayerNorm(x, Gamma<double>(), Gamma<double>(), 0), size, 1e-12);
    }

    [Theory]
    [InlineData(1e19)]
    [InlineData(1e20)]
    [InlineData(3e37)]
    public void Normalizations_of_large_rows_are_not_silently_zero(double size)
    {
        DoesNotDependOnSize<float>(x => Op.RmsNorm(x, Gamma<float>(), 1e-12), size, 2e-5);
        DoesNotDependOnSize<float>(x => Op.LayerNorm(x, Gamma<float>(), Gamma<float>(), 1e-12), size, 2e-5);
    }

    [Fact]
    public void Small_rows_vanish_beside_epsilon()
    {
        using var tape = new Tape<float>(Mode.Inference);
        var x = tape.Variable(Input<float>(1e-25));
        Close.To([.. Row.Select(v => v * 1e-25 / Math.Sqrt(1e-5) * 1e20)],
            [.. Values(Op.RmsNorm(x, Ones(), 1e-5)).Select(v => v * 1e20)], 1e-6, 1e-30);

        Tensor<float> Ones() => Tensor<float>.From([Row.Length], [.. Row.Select(_ => 1f)]);
    }

    [Fact]
    public void A_variance_that_a_float_does_not_hold_makes_the_slice_NaN_and_not_beta()
    {
        using var tape = new Tape<float>(Mode.Training);
        var x = tape.Variable(Tensor<float>.From([3, 2], [1e20f, 1, 2e20f, 2, 4e20f, 4]));
        var two = Tensor<float>.From([2], [1, 1]);
        var y = Values(Op.BatchNorm(x, tape.Variable(two), tape.Variable(two)).Output);
        Assert.All((int[])[0, 2, 4], i => Assert.Equal(double.NaN, y[i]));
        Assert.All((int[])[1, 3, 5], i => Assert.True(double.IsFinite(y[i])));
    }

    [Fact]
    public void A_mean_of_squares_is_right_where_the_sum_of_squares_is_not_in_range()
    {
        using var tape = new Tape<float>(Mode.Training);
        var x = tape.Variable(Tensor<float>.From([100], [.. Enumerable.Repeat(1.5e19f, 100)]));
        var zero = tape.Variable(Tensor<float>.From([100], new float[100]));
        Assert.Equal(2.25e38, Op.MeanSquaredError(x, zero).Item(), 1e32);
        Assert.Equal(2.25e38 * 50 * 1e-3, Op.L2Penalty(x, 1e-3).Item(), 1e32);
        Assert.Equal(0, Op.MeanSquaredError(x, x).Item());
    }

    /// <summary>f(size x) = f(x), and its gradient is that of f at x, divided by the size.</summary>
    private static void DoesNotDependOnSize<T>(Func<Tensor<T>, Tensor<T>> f, double size, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (y, dX) = Run(1);
        var (otherY, otherDX) = Run(size);
        Close.To(y, otherY, tolerance);
        Close.To(dX, [.. otherDX.Select(d => d * size)], tolerance);

        (double[] Y, double[] DX) Run(double factor)
        {
            using var tape = new Tape<T>(Mode.Training);
            var x = tape.Variable(Input<T>(factor));
            var result = f(x);
            var loss = Op.Sum(result * tape.Variable(Weights<T>()));
            var gradients = tape.Backward(loss);
            return (Values(result), [.. gradients[x].ToArray().Select(double.CreateChecked)]);
        }
    }

    private static Tensor<T> Input<T>(double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tensor<T>.From([1, Row.Length], [.. Row.Select(v => T.CreateChecked(v * factor))]);

    private static Tensor<T> Weights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tensor<T>.From([1, Row.Length], [.. Row.Select((_, i) => T.CreateChecked(Math.Cos(i)))]);

    private static Tensor<T> Gamma<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tensor<T>.From([Row.Length], [.. Row.Select((_, i) => T.CreateChecked(1 + (0.1 * i)))]);

    private static double[] Values<T>(Tensor<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => [.. tensor.ToArray().Select(double.CreateChecked)];
}
