using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MaxPoolEntry = new(
        "MaxPool",
        "y_s = largest of the rows x_i of sequence s, feature by feature, 0 if it has none;  dX_i = dY_s " +
        "where x_i is the first that equals y_s, 0 elsewhere",
        random => PoolingSamples.All(random, MaxPool));

    /// <summary>
    /// The maximum of each feature over each sequence's positions; padding does not count. A NaN makes the maximum NaN.
    /// Of equal maxima, the first gets the gradient. Its twin is <see cref="PoolingTwin"/>.
    /// </summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <returns>[sequences, n]; zeros for a sequence without rows. Saves x and the result.</returns>
    /// <exception cref="ShapeException">x does not have the layout's number of rows.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> MaxPool<T>(Tensor<T> x, SequenceLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = CheckPooling("MaxPool", x, layout);
        var tape = Tape<T>.Of(MaxPoolEntry, x);
        var y = tape.Allocate([layout.Sequences, n]); // [sequences, n]
        var values = x.Ordered(tape);
        for (var s = 0; s < layout.Sequences; s++)
        {
            var largest = y.Span.Slice(s * n, n);
            if (layout.Length(s) == 0) largest.Clear();
            for (var i = 0; i < layout.Length(s); i++)
            {
                var row = values.Slice((layout.Start(s) + i) * n, n);
                if (i == 0) row.CopyTo(largest);
                else Elementwise.Map(default(Larger<T>), row, largest, largest);
            }
        }
        return tape.Record(MaxPoolEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var values = x.Ordered(tape);
            var buffer = adjoints.Borrow(2L * n);
            var left = buffer.Span[..n];
            var taken = buffer.Span.Slice(n, n);
            for (var s = 0; s < layout.Sequences; s++)
            {
                adjoints.Of(y).Slice(s * n, n).CopyTo(left);
                for (var i = 0; i < layout.Length(s); i++)
                {
                    var at = (layout.Start(s) + i) * n;
                    Elementwise.Map(default(WhereLargest<T>), values.Slice(at, n), y.Data.Slice(s * n, n), left, taken);
                    new GradientTarget<T>(dX.Slice(at, n), true).Add(taken);
                    // A gradient that a row has taken is gone: of equal maxima, only the first row gets it.
                    Elementwise.Map(default(Subtract<T>), left, taken, left);
                }
            }
            adjoints.Release(buffer);
        });
    }
}
