using System.Runtime.CompilerServices;
using Engine.Kernels;
using Engine.Tests.Kernels;

namespace Engine.Tests.Operations;

public class RotaryTests
{
    [Property]
    public void It_equals_its_twin(Draw draw)
    {
        var (dK, heads, more) = (2 * draw.Integer(1, 20), draw.Integer(1, 3), draw.Integer(0, 5));
        var (layout, first, theta) = (draw.Layout(draw.Integer(1, 3)), draw.Integer(0, 9), draw.Integer(2, 20000));
        var (doubles, floats) = (new RotaryAngles<double>(dK, theta), new RotaryAngles<float>(dK, theta));
        Gradients.EqualTwin(
            draw, x => Op.Rotary(x[0], doubles, layout, heads * dK, first),
            x => Op.Rotary(x[0], floats, layout, heads * dK, first),
            x => Twin.Rotary(x[0], layout, dK, heads * dK, theta, first),
            draw.Normal([layout.Rows, (heads * dK) + more]));
    }

    [Property]
    public void The_product_of_a_query_and_a_key_depends_on_their_distance_alone(Draw draw)
    {
        var dK = 2 * draw.Integer(1, 20);
        var angles = new RotaryAngles<double>(dK);
        var (q, k) = (draw.Normal([1, dK]), draw.Normal([1, dK]));
        var (i, j, shift) = (draw.Integer(0, 60), draw.Integer(0, 60), draw.Integer(1, 200));
        double Score(int ofQuery, int ofKey) => Reductions.Dot<double>(At(q, ofQuery), At(k, ofKey));
        double[] At(Numbers x, int position) => Forward.Of(
            x => Op.Rotary(x, angles, SequenceLayout.Full(1, 1), dK, position), x);

        Assert.Equal(Score(i, j), Score(i + shift, j + shift), 1e-11 * dK);
    }

    [Property]
    public void Turning_keeps_lengths(Draw draw)
    {
        var (dK, layout) = (2 * draw.Integer(1, 20), draw.Layout(2));
        var x = draw.Normal([layout.Rows, dK]);
        var y = Forward.Of(x => Op.Rotary(x, new RotaryAngles<double>(dK), layout, dK), x);
        static double[] Lengths(IEnumerable<double> rows, int width) =>
            [.. rows.Chunk(width).Select(row => Math.Sqrt(row.Sum(value => value * value)))];
        Close.To(Lengths(x.Values, dK), Lengths(y, dK), 1e-14);
    }

    [Fact]
    public void Pairs_are_exchanged_in_every_width()
    {
        foreach (var width in Widths.All)
        {
            foreach (var n in (int[])[2, 8, 10, 32, 46])
            {
                var x = Enumerable.Range(0, n).ToArray();
                Assert.Equal(
                    [.. x.Select(i => (float)(i ^ 1))],
                    Widths.Map(width, default(Swapped<float>), [.. x.Select(i => (float)i)]));
                Assert.Equal(
                    [.. x.Select(i => (double)(i ^ 1))],
                    Widths.Map(width, default(Swapped<double>), [.. x.Select(i => (double)i)]));
            }
        }
    }

    [Fact]
    public void More_positions_do_not_change_the_first_positions()
    {
        var (once, grown) = (new RotaryAngles<double>(6), new RotaryAngles<double>(6));
        var few = grown.Rows(3)[..36].ToArray();
        Assert.Equal(few, grown.Rows(100)[..36].ToArray());
        Assert.Equal(once.Rows(100).ToArray(), grown.Rows(50).ToArray());
    }

    [Fact]
    public void Features_that_do_not_pair_and_columns_that_are_no_heads_are_named()
    {
        Assert.Equal(
            "Rotary: a head of 3 features has one without a partner; use an even number, dModel / heads.",
            Assert.Throws<ShapeException>(() => new RotaryAngles<double>(3)).Message);
        using var tape = new Tape<double>();
        var angles = new RotaryAngles<double>(4);
        foreach (var (shape, columns) in ((Shape, int)[])[([3, 8], 6), ([3, 8], 12), ([2, 8], 8), ([3, 2, 4], 4)])
        {
            var x = tape.Constant(Tensor<double>.Zeros(shape));
            Assert.Equal(
                $"Rotary: {columns} columns of {shape} cannot turn in heads of 4; x must be a matrix [3, ...] and " +
                "the columns a multiple of 4 that lies in it.",
                Assert.Throws<ShapeException>(() =>
                    Op.Rotary(x, angles, SequenceLayout.Full(1, 3), columns)).Message);
        }
    }

    private readonly struct Swapped<T> : IUnaryFunction<T>
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V x)
            where V : unmanaged
            where L : ILanes<T, V> => L.SwapPairs(x);
    }
}
