using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class ReductionsTests
{
    [Fact]
    public void Sums_are_those_of_a_plain_loop()
    {
        for (var n = 0; n <= 300; n += n < 140 ? 1 : 37)
        {
            // Small integers, so that every order of addition is exact.
            double[] x = [.. Enumerable.Range(0, n).Select(i => (double)(i * 37 % 23 - 25))];
            double[] z = [.. Enumerable.Range(0, n).Select(i => (double)(i * 17 % 29 - 11))];
            Assert.Equal(x.Sum(), Reductions.Sum<double>(x));
            Assert.Equal(x.Sum(v => v * v), Reductions.SumOfSquares<double>(x));
            Assert.Equal(x.Zip(z, (a, b) => a * b).Sum(), Reductions.Dot<double>(x, z));
            Assert.Equal(x.Sum(Math.Abs), Reductions.SumOfMagnitudes<double>(x));
        }
    }

    [Fact]
    public void A_dot_product_of_different_lengths_is_refused() =>
        Assert.Throws<ArgumentException>(() => Reductions.Dot<float>(new float[3], new float[4]));
}
