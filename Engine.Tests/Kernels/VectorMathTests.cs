using System.Numerics;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class VectorMathTests
{
    [Fact]
    public void Exp_is_within_two_units_in_the_last_place()
    {
        AssertAccurate<double, Exp<double>>(Math.Exp, -707, 709, 2);
        AssertAccurate<double, Exp<double>>(Math.Exp, -1, 1, 2);
        AssertAccurate<float, Exp<float>>(Math.Exp, -87, 88.7, 2);
        AssertAccurate<float, Exp<float>>(Math.Exp, -1, 1, 2);
    }

    [Fact]
    public void Log_is_within_two_units_in_the_last_place()
    {
        AssertAccurate<double, Log<double>>(Math.Log, 1e-300, 1e-10, 2);
        AssertAccurate<double, Log<double>>(Math.Log, 0.01, 3, 2);
        AssertAccurate<double, Log<double>>(Math.Log, 1, 1e300, 2);
        AssertAccurate<float, Log<float>>(Math.Log, 1e-37, 1e-10, 2);
        AssertAccurate<float, Log<float>>(Math.Log, 0.01, 3, 2);
        AssertAccurate<float, Log<float>>(Math.Log, 1, 1e38, 2);
        AssertAccurate<float, Log<float>>(Math.Log, 1e-44, 1e-39, 2);
    }

    [Fact]
    public void Tanh_and_sigmoid_are_within_four_units_in_the_last_place()
    {
        foreach (var range in (double[])[1e-6, 0.01, 0.5, 1, 4, 30])
        {
            AssertAccurate<double, Tanh<double>>(Math.Tanh, -range, range, 4);
            AssertAccurate<float, Tanh<float>>(Math.Tanh, -range, range, 4);
            AssertAccurate<double, Sigmoid<double>>(x => 1 / (1 + Math.Exp(-x)), -range, range, 4);
            AssertAccurate<float, Sigmoid<float>>(x => 1 / (1 + Math.Exp(-x)), -range, range, 4);
        }
    }

    // By Engine.Tests/Recorders/polynomials.py --erfc, which computes with 60 digits.
    public static readonly TheoryData<double, double> ErfcValues = new()
    {
        { -6, 2 }, { -2.5, 1.999593047982555 }, { -1, 1.8427007929497149 }, { -0.25, 1.2763263901682369 },
        { -0.0009765625, 1.0011019324300718 }, { 0.0009765625, 0.99889806756992819 }, { 0.125, 0.85968379519866618 },
        { 0.5, 0.47950012218695346 }, { 0.84375, 0.23277433876765837 }, { 1, 0.15729920705028513 },
        { 1.25, 0.07709987174354177 }, { 2, 0.0046777349810472658 }, { 2.75, 0.00010062192211963684 },
        { 3.5, 7.4309837234141275e-7 }, { 5, 1.5374597944280349e-12 }, { 6.5, 3.8421483271206475e-20 },
        { 9, 4.1370317465138102e-37 }, { 12, 1.3562611692059042e-64 }, { 20, 5.3958656116079009e-176 },
        { 26, 5.6631924088561428e-296 },
    };

    [Theory]
    [MemberData(nameof(ErfcValues))]
    public void Erfc_is_accurate_far_into_the_tail(double x, double expected)
    {
        foreach (var width in Widths.All)
        {
            Assert.InRange(Ulps(Widths.Map(width, new Erfc<double>(), x)[0], expected), 0, 4);
            Assert.InRange(Ulps(Widths.Map(width, new Erfc<float>(), (float)x)[0], expected), 0, 4);
            Assert.InRange(Ulps(-Widths.Map(width, new Gelu<double>(), -x)[0], x * 0.5 * DoubleErfc(x / Math.Sqrt(2))),
                0, 4 + 4 * x * x);
        }
    }

    [Fact]
    public void Erfc_and_gelu_in_float_follow_double()
    {
        AssertAccurate<float, Erfc<float>>(DoubleErfc, -4, 9, 5);
        AssertAccurate<float, Gelu<float>>(x => x * 0.5 * DoubleErfc(-x / Math.Sqrt(2)), -12, 12, 5);
    }

    [Fact]
    public void The_ends_are_exact_and_NaN_stays()
    {
        foreach (var width in Widths.All)
        {
            Ends<float>(width);
            Ends<double>(width);
        }
    }

    private static void Ends<T>(VectorWidth width)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (infinity, zero, one, big) = (T.PositiveInfinity, T.Zero, T.One, T.CreateChecked(1e30));
        var two = one + one;
        Assert.Equal([zero, zero, zero, one, one, infinity, infinity, T.NaN],
            Widths.Map(width, new Exp<T>(), -infinity, -big, T.CreateChecked(-800), -zero, zero, big, infinity, T.NaN));
        Assert.Equal([-infinity, -infinity, T.NaN, T.NaN, T.NaN, zero, infinity, T.NaN],
            Widths.Map(width, new Log<T>(), zero, -zero, -T.Epsilon, -one, -infinity, one, infinity, T.NaN));
        Assert.Equal([-one, -one, zero, one, one, T.NaN],
            Widths.Map(width, new Tanh<T>(), -infinity, -big, zero, big, infinity, T.NaN));
        Assert.True(T.IsNegative(Widths.Map(width, new Tanh<T>(), -zero)[0]));
        Assert.Equal([T.Epsilon], Widths.Map(width, new Tanh<T>(), T.Epsilon));
        Assert.Equal([zero, zero, one / two, one, one, T.NaN],
            Widths.Map(width, new Sigmoid<T>(), -infinity, -big, zero, big, infinity, T.NaN));
        Assert.Equal([two, two, zero, zero, T.NaN],
            Widths.Map(width, new Erfc<T>(), -infinity, -big, big, infinity, T.NaN));
        Assert.Equal([zero, zero, zero, big, T.NaN],
            Widths.Map(width, new Relu<T>(), -infinity, -one, zero, big, T.NaN));
        Assert.Equal([zero, zero, big, T.NaN], Widths.Map(width, new Gelu<T>(), -big, zero, big, T.NaN));
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        Same<float>();
        Same<double>();

        static void Same<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var x = Enumerable.Range(0, 4001).Select(i => T.CreateChecked((i - 2000) * 0.0537)).ToArray();
            SameFor(x, new Exp<T>());
            SameFor(x, new Log<T>());
            SameFor(x, new Tanh<T>());
            SameFor(x, new Sigmoid<T>());
            SameFor(x, new Erfc<T>());
            SameFor(x, new Gelu<T>());
        }

        static void SameFor<T, TFunction>(T[] x, TFunction function)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TFunction : struct, IUnaryFunction<T>
        {
            var expected = Widths.Map(VectorWidth.Scalar, function, x);
            foreach (var width in Widths.All) Assert.Equal(expected, Widths.Map(width, function, x));
        }
    }

    [Fact]
    public void The_gradient_of_gelu_is_its_slope()
    {
        for (var x = -6.0; x <= 6; x += 0.37)
        {
            const double Step = 1e-3;
            var y = Widths.Map(KernelWidth.Widest, new Gelu<double>(), x - 2 * Step, x - Step, x + Step, x + 2 * Step);
            var slope = (y[0] - 8 * y[1] + 8 * y[2] - y[3]) / (12 * Step);
            var gradient = new double[1];
            Elementwise.Map(new GeluGradient<double>(), [1.0], [x], gradient);
            Assert.Equal(slope, gradient[0], 1e-11);
        }
    }

    private static double DoubleErfc(double x) => Widths.Map(KernelWidth.Widest, new Erfc<double>(), x)[0];

    internal static void AssertAccurate<T, TFunction>(
        Func<double, double> reference, double from, double to, double bound)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        var logarithmic = from > 0 && to / from > 100;
        var x = Enumerable.Range(0, 20_001).Select(i => i / 20_000.0).Select(i => T.CreateChecked(
            logarithmic ? from * Math.Pow(to / from, i) : from + (to - from) * i)).ToArray();
        foreach (var width in Widths.All)
        {
            var y = Widths.Map<T, TFunction>(width, default, x);
            var (worst, at) = x.Select((z, i) => (Ulps(y[i], reference(double.CreateChecked(z))), z)).Max();
            Assert.True(worst <= bound, $"{typeof(TFunction)} is {worst} units wrong at {at}");
        }
    }

    /// <summary>The error in units in the last place of T at the expected value.</summary>
    private static double Ulps<T>(T actual, double expected)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rounded = T.Abs(T.CreateChecked(expected));
        var unit = double.CreateChecked(T.BitIncrement(rounded) - rounded);
        return Math.Abs(double.CreateChecked(actual) - expected) / unit;
    }
}
