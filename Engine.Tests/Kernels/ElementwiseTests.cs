using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class ElementwiseTests
{
    private static float[] Numbers(int length, int seed) =>
        [.. Enumerable.Range(0, length).Select(i => (float)Math.Sin(i * 1.7 + seed) * 5)];

    [Fact]
    public void An_elements_bits_depend_neither_on_its_place_nor_on_the_length()
    {
        var x = Numbers(70, 1);
        var whole = new float[70];
        Elementwise.Map(new Gelu<float>(), x, whole);
        for (var length = 0; length <= 70; length++)
        {
            for (var start = 0; start + length <= 70; start += 3)
            {
                var part = new float[length];
                Elementwise.Map(new Gelu<float>(), x.AsSpan(start, length), part);
                Assert.Equal(whole.AsSpan(start, length), part.AsSpan());
            }
        }
    }

    [Fact]
    public void All_lengths_map_every_element_and_nothing_beyond()
    {
        for (var n = 0; n <= 70; n++)
        {
            var (x, z, w) = (Numbers(n, 1), Numbers(n, 2), Numbers(n, 3));
            var y = new float[n + 1];
            y[n] = 42;
            var destination = y.AsSpan(0, n);

            Elementwise.Map(new Scale<float>(3), x, destination);
            Check(i => 3 * x[i]);
            Elementwise.Map(new Subtract<float>(), x, z, destination);
            Check(i => x[i] - z[i]);
            Elementwise.Map(new Subtract<float>(), x, 2f, destination);
            Check(i => x[i] - 2);
            Elementwise.Map(new Subtract<float>(), 2f, z, destination);
            Check(i => 2 - z[i]);
            Elementwise.Map(new Blend(), x, z, w, destination);
            Check(i => MathF.FusedMultiplyAdd(x[i], z[i], w[i]));

            void Check(Func<int, float> expected)
            {
                Assert.Equal(Enumerable.Range(0, n).Select(expected), y.Take(n));
                Assert.Equal(42, y[n]);
            }
        }
    }

    [Fact]
    public void Accumulating_adds_the_same_results_to_the_destination()
    {
        for (var n = 0; n <= 70; n++)
        {
            var (x, z, w) = (Numbers(n, 1), Numbers(n, 2), Numbers(n, 3));
            var y = Numbers(n, 4);
            Elementwise.Map(new Relu<float>(), x, y, accumulate: true);
            Elementwise.Map(new Multiply<float>(), x, z, y, accumulate: true);
            Elementwise.Map(new Blend(), x, z, w, y, accumulate: true);
            Assert.Equal(
                Numbers(n, 4).Select((v, i) =>
                    v + MathF.Max(x[i], 0) + x[i] * z[i] + MathF.FusedMultiplyAdd(x[i], z[i], w[i])),
                y);
        }
    }

    [Fact]
    public void The_destination_may_be_an_input()
    {
        var (x, expected) = (Numbers(45, 1), new float[45]);
        Elementwise.Map(new Tanh<float>(), x, expected);
        Elementwise.Map(new Tanh<float>(), x, x);
        Assert.Equal(expected, x);
    }

    [Fact]
    public void Spans_of_different_lengths_are_refused()
    {
        var error = Assert.Throws<ArgumentException>(
            () => Elementwise.Map(new Add<float>(), new float[4], new float[5], new float[4]));
        Assert.Equal(
            "An input has 5 elements and the destination 4; all spans must have one length.", error.Message);
    }

    [Fact]
    public void Gradients_are_upstream_times_slope()
    {
        double[] dY = [3, 3, 3], y = [0.25, -0.5, 0.75], dX = new double[3];
        Elementwise.Map(new TanhGradient<double>(), dY, y, dX);
        Assert.Equal([3 * 0.9375, 3 * 0.75, 3 * 0.4375], dX);
        Elementwise.Map(new SigmoidGradient<double>(), dY, y, dX);
        Assert.Equal([3 * 0.1875, 3 * -0.75, 3 * 0.1875], dX);
        Elementwise.Map(new ReluGradient<double>(), dY, y, dX);
        Assert.Equal([3, 0, 3], dX);
        Elementwise.Map(new SqrtGradient<double>(), dY, y, dX);
        Assert.Equal([6, -3, 2], dX);
    }

    private readonly struct Blend : ITernaryFunction<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V x, V z, V w)
            where V : unmanaged
            where L : ILanes<float, V> => L.FusedMultiplyAdd(x, z, w);
    }
}
