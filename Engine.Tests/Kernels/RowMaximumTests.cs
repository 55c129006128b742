using Engine.Kernels;

namespace Engine.Tests.Kernels;

[Collection(Widths.Alone)]
public class RowMaximumTests
{
    [Fact]
    public void The_maximum_of_every_length_is_that_of_a_plain_loop() => AtEveryWidth(() =>
    {
        for (var n = 1; n <= 140; n++)
        {
            double[] row = [.. Enumerable.Range(0, n).Select(i => (double)(i * 37 % 23 - 25))];
            Assert.Equal(row.Max(), RowMaximum.Of<double>(row));
            var maxima = new float[2];
            RowMaximum.OfEach<float>([.. row.Select(x => (float)x), .. row.Select(x => (float)-x)], n, maxima);
            Assert.Equal([(float)row.Max(), (float)-row.Min()], maxima);
        }
    });

    [Fact]
    public void The_maximum_of_nothing_is_negative_infinity() => AtEveryWidth(() =>
        Assert.Equal(float.NegativeInfinity, RowMaximum.Of<float>([])));

    [Fact]
    public void NaN_does_not_count_wherever_it_stands() => AtEveryWidth(() =>
    {
        for (var n = 1; n <= 99; n++)
        {
            for (var at = 0; at < n; at++)
            {
                var row = new double[n];
                Array.Fill(row, -3);
                row[at] = double.NaN;
                Assert.Equal(n == 1 ? double.NegativeInfinity : -3, RowMaximum.Of<double>(row));
            }
        }
        Assert.Equal(float.NegativeInfinity, RowMaximum.Of<float>([.. Enumerable.Repeat(float.NaN, 99)]));
        Assert.Equal(float.PositiveInfinity, RowMaximum.Of([float.NaN, float.PositiveInfinity, float.NaN]));
    });

    [Fact]
    public void A_row_with_NaN_has_a_softmax_of_NaN_in_every_kernel() => AtEveryWidth(() =>
    {
        foreach (var n in (int[])[1, 5, 16, 21, 70])
        {
            for (var at = 0; at < n; at++)
            {
                var x = Enumerable.Range(0, n).Select(i => i == at ? double.NaN : i * 0.1).ToArray();
                var (y, last, state) = (new double[n], n - 1, new double[OnlineSoftmax<double>.NumbersPerRow]);
                SoftmaxKernel.Forward<double>(x, y, n);
                AllNaN(y);

                var weights = new double[AttentionKernel<double>.Stride(n)];
                x.CopyTo(weights, 0);
                new AttentionKernel<double>(0.5, causal: false, 1, n).ToWeights(weights);
                AllNaN(weights[..n]);

                Assert.Equal(double.NaN, CrossEntropyKernel.Forward<double>(x, [last], -1, 0, y));
                var online = new OnlineSoftmax<double>(state);
                online.Begin();
                online.Exponentials([.. x]);
                Assert.Equal(double.NaN, online.Sums[0]);
            }
        }
    });

    private static void AllNaN(double[] numbers) => Assert.All(numbers, number => Assert.Equal(double.NaN, number));

    private static void AtEveryWidth(Action check)
    {
        foreach (var width in Widths.All)
        {
            using (KernelWidth.Choose(width)) check();
        }
    }
}
