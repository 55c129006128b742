using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class ReductionsTests
{
    [Fact]
    public void Sums_and_maxima_are_those_of_a_plain_loop()
    {
        for (var n = 0; n <= 300; n += n < 140 ? 1 : 37)
        {
            // Small integers, so that every order of addition is exact.
            double[] x = [.. Enumerable.Range(0, n).Select(i => (double)(i * 37 % 23 - 25))];
            double[] z = [.. Enumerable.Range(0, n).Select(i => (double)(i * 17 % 29 - 11))];
            Assert.Equal(x.Sum(), Reductions.Sum<double>(x));
            Assert.Equal(x.Sum(v => v * v), Reductions.SumOfSquares<double>(x));
            Assert.Equal(x.Zip(z, (a, b) => a * b).Sum(), Reductions.Dot<double>(x, z));
            Assert.Equal(x.Append(double.NegativeInfinity).Max(), Reductions.Max<double>(x));
        }
    }

    [Fact]
    public void Every_width_reduces_every_length()
    {
        for (var n = 0; n <= 140; n++)
        {
            float[] x = [.. Enumerable.Range(0, n).Select(i => (float)(i * 37 % 23 - 25))];
            var sum = x.Sum();
            Assert.Equal(sum, Reductions.Reduce<float, Reductions.SumTerms<float>, Vector128<float>,
                Lanes128<float>>(x, x));
            Assert.Equal(sum, Reductions.Reduce<float, Reductions.SumTerms<float>, Vector256<float>,
                Lanes256<float>>(x, x));
            Assert.Equal(sum, Reductions.Reduce<float, Reductions.SumTerms<float>, Vector512<float>,
                Lanes512<float>>(x, x));
        }
    }

    [Fact]
    public void NaN_anywhere_is_the_maximum()
    {
        for (var i = 0; i < 99; i++)
        {
            var x = new float[99];
            x[i] = float.NaN;
            Assert.Equal(float.NaN, Reductions.Max<float>(x));
        }
    }

    [Fact]
    public void A_dot_product_of_different_lengths_is_refused() =>
        Assert.Throws<ArgumentException>(() => Reductions.Dot<float>(new float[3], new float[4]));
}
