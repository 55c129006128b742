using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry WeightedPoolEntry = new(
        "WeightedPool",
        "y_s = sum_i p_i x_i, p = softmax of the scores of sequence s;  dX_i = p_i dY_s, dScore_i = p_i (dP_i - " +
        "sum_k p_k dP_k), dP_i = dY_s . x_i",
        WeightedPoolCases);

    /// <summary>
    /// The mean over each sequence's positions, weighted by the softmax of their scores (Yang et al. 2016). It equals
    /// MatMul(Softmax(scores), x) of each sequence. Its twin is <see cref="PoolingTwin"/>.
    /// </summary>
    /// <param name="scores">[rows, 1].</param>
    /// <param name="x">[rows, n].</param>
    /// <param name="layout">Which rows form which sequence; padding has no weight.</param>
    /// <returns>[sequences, n]; zeros for a sequence without rows. Saves x and the weights p.</returns>
    /// <exception cref="ShapeException">Scores or x do not have the layout's number of rows.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> WeightedPool<T>(Tensor<T> scores, Tensor<T> x, SequenceLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = CheckPooling("WeightedPool", x, layout);
        if (scores.Shape != [layout.Rows, 1])
            throw new ShapeException($"WeightedPool: scores are {scores.Shape}; there must be one a row, " +
                $"[{layout.Rows}, 1].");
        var tape = Tape<T>.Of(WeightedPoolEntry, scores, x);
        var y = tape.Allocate([layout.Sequences, n]); // [sequences, n]
        var weights = tape.Allocate([layout.Rows]);
        y.Span.Clear();
        for (var s = 0; s < layout.Sequences; s++)
        {
            var (start, length) = (layout.Start(s), layout.Length(s));
            if (length == 0) continue;
            var p = weights.Span.Slice(start, length);
            SoftmaxKernel.Forward(scores.Ordered(tape).Slice(start, length), p, length);
            MatrixProduct.Multiply(
                new MatrixView<T>(p, 1, length), new MatrixView<T>(x.Ordered(tape)[(start * n)..], length, n),
                y.Span[(s * n)..], n);
        }
        return tape.Record(WeightedPoolEntry, y, [scores, x], adjoints =>
        {
            var dScores = adjoints.Wants(scores) ? adjoints.Into(scores).Zeroed() : default;
            var dX = adjoints.Wants(x) ? adjoints.Into(x).Zeroed() : default;
            var buffer = adjoints.Borrow(layout.Rows);
            for (var s = 0; s < layout.Sequences; s++)
            {
                var (start, length) = (layout.Start(s), layout.Length(s));
                if (length == 0) continue;
                var p = weights.Data.Slice(start, length);
                var dY = new MatrixView<T>(adjoints.Of(y)[(s * n)..], 1, n);
                if (!dX.IsEmpty)
                    MatrixProduct.Multiply(
                        new MatrixView<T>(p, length, 1), dY, dX.Slice(start * n, length * n), n, true);
                if (dScores.IsEmpty) continue;
                var dP = buffer.Span[..length];
                MatrixProduct.Multiply(
                    new MatrixView<T>(x.Ordered(tape)[(start * n)..], length, n), dY.Transposed, dP, 1);
                SoftmaxKernel.Backward(p, dP, dScores.Slice(start, length), length, true);
            }
            adjoints.Release(buffer);
        });
    }

    private static IEnumerable<GradientCase> WeightedPoolCases(RandomStream random)
    {
        foreach (var (name, layout, n) in ((string, SequenceLayout, int)[])
            [
                ("packed", SequenceLayout.Packed([2, 1, 9]), 3), ("padded", SequenceLayout.Padded(4, [4, 2]), 9),
                ("one empty", SequenceLayout.Padded(3, [0, 3]), 5),
            ])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, [layout.Rows, 1]), Samples.Normal(random, [layout.Rows, n]),
                (scores, x) => WeightedPool(scores, x, layout))
                with { Description = name };
        }
    }
}
