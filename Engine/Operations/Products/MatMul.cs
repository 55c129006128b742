using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MatMulEntry = new(
        "MatMul",
        "Y = A B;  dA = dY B^T, dB = A^T dY, summed over the batches that repeat",
        random => MatMulCases(random));

    /// <summary>
    /// Matrix product of the last two dimensions, Y = A B; the dimensions before them are batches and broadcast.
    /// Transposed views are read without a copy.
    /// </summary>
    /// <param name="a">[..., m, k].</param>
    /// <param name="b">[..., k, n].</param>
    /// <returns>[..., m, n]. Saves A and B.</returns>
    /// <exception cref="ShapeException">An operand has fewer than two dimensions, the inner dimensions differ, or the
    /// batches do not broadcast.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> MatMul<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(MatMulEntry, a, b);
        var y = tape.Allocate(MatMulShape(a.Shape, b.Shape)); // [..., m, n]
        var (left, right, result) =
            (new MatrixBatch<T>(a, y.Shape), new MatrixBatch<T>(b, y.Shape), new MatrixBatch<T>(y, y.Shape));
        // Where only the left operand has batches, its batches are more rows: one large product instead of many small.
        if (b.Shape.Rank == 2 && a.IsContiguous) (left, result) = (left.AsOneMatrix(), result.AsOneMatrix());
        for (var i = 0; i < result.Count; i++)
            MatrixProduct.Multiply(
                left.At(i, a.Memory), right.At(i, b.Memory), result.SpanAt(i, y.Memory), result.Columns);

        return tape.Record(MatMulEntry, y, [a, b], adjoints =>
        {
            var dY = adjoints.Of(y);
            if (adjoints.Wants(a))
            {
                var dA = adjoints.Into(a).Zeroed();
                var target = new MatrixBatch<T>(a.Shape, a.Shape.ContiguousStrides(), y.Shape);
                if (left.Count == 1) target = target.AsOneMatrix();
                for (var i = 0; i < result.Count; i++)
                    MatrixProduct.Multiply(
                        result.At(i, dY), right.At(i, b.Memory).Transposed, target.SpanAt(i, dA), target.Columns, true);
            }
            if (adjoints.Wants(b))
            {
                var dB = adjoints.Into(b).Zeroed();
                var target = new MatrixBatch<T>(b.Shape, b.Shape.ContiguousStrides(), y.Shape);
                for (var i = 0; i < result.Count; i++)
                    MatrixProduct.Multiply(
                        left.At(i, a.Memory).Transposed, result.At(i, dY), target.SpanAt(i, dB), target.Columns, true);
            }
        });
    }

    private static Shape MatMulShape(Shape a, Shape b)
    {
        if (a.Rank < 2 || b.Rank < 2)
            throw new ShapeException($"MatMul: {a} x {b}: each operand needs at least two dimensions; reshape a " +
                "vector to [1, n] or [n, 1].");
        if (a[^1] != b[^2])
            throw new ShapeException($"MatMul: inner dimensions differ: {a} x {b}; the last dimension of the first " +
                $"({a[^1]}) must equal the second-last of the second ({b[^2]}). Transpose the second?");
        return Broadcasting.Combine("MatMul", a.With(^1, 1).With(^2, 1), b.With(^1, 1).With(^2, 1))
            .With(^2, a[^2]).With(^1, b[^1]);
    }

    private static IEnumerable<GradientCase> MatMulCases(RandomStream random)
    {
        foreach (var (a, b) in ((Shape, Shape)[])
            [
                ([2, 3], [3, 4]), ([1, 9], [9, 1]), ([7, 17], [17, 9]), ([2, 3, 4], [4, 5]),
                ([2, 2, 3, 4], [2, 2, 4, 2]), ([3, 2], [2, 2, 3]), ([2, 1, 2, 3], [3, 3, 2]),
            ])
            yield return GradientCase.Of(Samples.Normal(random, a), Samples.Normal(random, b), MatMul);
        yield return GradientCase.Of(Samples.Normal(random, [4, 4]), x => MatMul(x, x))
            with { Description = "[4, 4] with itself" };
    }
}
