using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MeanPoolEntry = new(
        "MeanPool",
        "y_s = mean of the rows x_i of sequence s, 0 if it has none;  dX_i = dY_s / length_s, 0 in padding",
        random => PoolingSamples.All(random, MeanPool));

    /// <summary>
    /// The mean over each sequence's positions; padding does not count. Its twin is <see cref="PoolingTwin"/>.
    /// </summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <returns>[sequences, n]; zeros for a sequence without rows. Saves nothing.</returns>
    /// <exception cref="ShapeException">x does not have the layout's number of rows.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> MeanPool<T>(Tensor<T> x, SequenceLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = CheckPooling("MeanPool", x, layout);
        var tape = Tape<T>.Of(MeanPoolEntry, x);
        var y = tape.Allocate([layout.Sequences, n]); // [sequences, n]
        var values = x.Ordered(tape);
        y.Span.Clear();
        for (var s = 0; s < layout.Sequences; s++)
        {
            if (layout.Length(s) == 0) continue;
            var mean = y.Span.Slice(s * n, n);
            ColumnSums.Add(values.Slice(layout.Start(s) * n, layout.Length(s) * n), mean);
            InPlace.Multiply(mean, T.One / T.CreateChecked(layout.Length(s)));
        }
        return tape.Record(MeanPoolEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var dY = adjoints.Of(y);
            for (var s = 0; s < layout.Sequences; s++)
            {
                var share = new Scale<T>(T.One / T.CreateChecked(Math.Max(layout.Length(s), 1)));
                for (var i = 0; i < layout.Length(s); i++)
                    Elementwise.Map(share, dY.Slice(s * n, n), dX.Slice((layout.Start(s) + i) * n, n), true);
            }
        });
    }
}
