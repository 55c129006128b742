using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry LogSoftmaxEntry = new(
        "LogSoftmax",
        "y_j = x_j - ln sum_k exp(x_k) over the last dimension;  dX = dY - exp(y) sum_k dY_k",
        random => RowCases(random, LogSoftmax));

    /// <summary>
    /// The logarithm of <see cref="Softmax"/>, which does not underflow as the logarithm of a small probability would.
    /// Its twin is <see cref="LogSoftmaxTwin"/>.
    /// </summary>
    /// <param name="x">[..., n].</param>
    /// <returns>The shape of x. Saves y.</returns>
    /// <exception cref="ShapeException">x is a single number without dimensions.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> LogSoftmax<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(LogSoftmaxEntry, x);
        var columns = x.Shape[x.Shape.Dimension("LogSoftmax", -1)];
        var y = tape.Allocate(x.Shape);
        var values = x.Ordered(tape);
        for (var row = 0; row < values.Length; row += columns)
        {
            var from = values.Slice(row, columns);
            var to = y.Span.Slice(row, columns);
            var max = RowMaximum.Of(from);
            Elementwise.Map(default(Subtract<T>), from, max, to);
            Elementwise.Map(default(Exp<T>), to, to);
            var sum = Reductions.Sum<T>(to);
            // Not from - (max + ln sum): beside a large maximum, the logarithm would be lost in rounding.
            Elementwise.Map(default(Subtract<T>), from, max, to);
            Elementwise.Map(default(Subtract<T>), to, T.Log(sum), to);
        }
        return tape.Record(LogSoftmaxEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            for (var row = 0; row < dX.Span.Length; row += columns)
            {
                var dY = adjoints.Of(y).Slice(row, columns);
                var minusSum = -Reductions.Sum(dY);
                Elementwise.Map(
                    new LogSoftmaxGradient<T>(minusSum), dY, y.Data.Slice(row, columns), dX.Span.Slice(row, columns),
                    dX.Accumulate);
            }
        });
    }
}
