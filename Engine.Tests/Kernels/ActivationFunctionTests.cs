using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class ActivationFunctionTests
{
    [Fact]
    public void Softplus_is_within_four_units_in_the_last_place_at_both_ends()
    {
        foreach (var range in (double[])[1e-6, 0.01, 1, 30, 80])
        {
            VectorMathTests.AssertAccurate<double, Softplus<double>>(SoftplusOf, -range, range, 4);
            VectorMathTests.AssertAccurate<float, Softplus<float>>(SoftplusOf, -range, range, 4);
        }
        VectorMathTests.AssertAccurate<double, Softplus<double>>(SoftplusOf, -700, 700, 4);
    }

    [Fact]
    public void The_exponential_less_one_is_within_four_units_in_the_last_place_below_zero()
    {
        foreach (var range in (double[])[1e-12, 1e-6, 0.01, 0.5, 1, 30, 1000])
        {
            VectorMathTests.AssertAccurate<double, ExpMinusOne<double>>(ExpMinusOneOf, -range, 0, 4);
            VectorMathTests.AssertAccurate<float, ExpMinusOne<float>>(ExpMinusOneOf, -range, 0, 4);
        }
    }

    [Fact]
    public void The_ends_are_exact_and_NaN_stays()
    {
        foreach (var width in Widths.All)
        {
            Ends<float>(width);
            Ends<double>(width);
        }

        static void Ends<T>(VectorWidth width)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var (infinity, zero, one, big) = (T.PositiveInfinity, T.Zero, T.One, T.CreateChecked(1e30));
            var (slope, two) = (T.CreateChecked(0.5), T.CreateChecked(2));
            T[] ends = [-infinity, -big, zero, big, infinity, T.NaN];
            Assert.Equal(
                [zero, zero, T.Log(two), big, infinity, T.NaN], Widths.Map<T, Softplus<T>>(width, default, ends));
            Assert.Equal([-two, -two, zero, big, infinity, T.NaN], Widths.Map(width, new Elu<T>(two), ends));
            Assert.Equal(
                [-infinity, -big * slope, zero, big, infinity, T.NaN],
                Widths.Map(width, new LeakyRelu<T>(slope), ends));
            Assert.Equal([zero, zero, big, T.NaN], Widths.Map(width, new GeluTanh<T>(), -big, zero, big, T.NaN));
            Assert.Equal([zero, zero, big, T.NaN], Widths.Map(width, new Swish<T>(one), -big, zero, big, T.NaN));
        }
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        Same<float>();
        Same<double>();

        static void Same<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            var x = Enumerable.Range(0, 2001).Select(i => T.CreateChecked((i - 1000) * 0.0537)).ToArray();
            SameFor(x, new Softplus<T>());
            SameFor(x, new Elu<T>(T.CreateChecked(0.7)));
            SameFor(x, new GeluTanh<T>());
            SameFor(x, new Swish<T>(T.CreateChecked(1.7)));
        }

        static void SameFor<T, TFunction>(T[] x, TFunction function)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
            where TFunction : struct, IUnaryFunction<T>
        {
            var expected = Widths.Map(VectorWidth.Scalar, function, x);
            foreach (var width in Widths.All) Assert.Equal(expected, Widths.Map(width, function, x));
        }
    }

    // Kahan's forms, whose rounding errors cancel; double's own LogP1 and ExpM1 lose the digits of small arguments.
    private static double SoftplusOf(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    private static double LogOnePlus(double z) => 1 + z == 1 ? z : Math.Log(1 + z) * z / (1 + z - 1);

    private static double ExpMinusOneOf(double x)
    {
        var e = Math.Exp(x);
        return e == 1 ? x : e < 1e-17 ? -1 : (e - 1) * x / Math.Log(e);
    }

    private readonly struct ExpMinusOne<T> : IUnaryFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V x)
            where V : unmanaged
            where L : ILanes<T, V> => VectorMath<T, V, L>.ExpMinusOne(x);
    }
}
