using System.Numerics;
using Engine.Kernels;

namespace Engine.Operations;

/// <summary>
/// The two passes of <see cref="Op.Attention"/>, one sequence and head after the other, each within the cache.
/// </summary>
internal static class AttentionPasses
{
    public static void Forward<T>(
        AttentionPlan plan, Columns<T> queries, Columns<T> keys, Columns<T> values,
        DropoutKernel<T>? dropout, Span<T> weights, Span<T> y, Scope<T> scope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = ScaleOf<T>(plan);
        var scratch = dropout is null ? null : scope.Borrow(plan.LargestSize);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length, stride) = (plan.Queries.Extent(s), plan.Keys.Length(s), plan.RowStride(s));
            // Scores are computed in whole vectors where the memory behind the keys allows; the excess is masked.
            var width = plan.Keys.Start(s) + stride <= plan.Keys.Rows ? stride : length;
            for (var h = 0; h < plan.Heads; h++)
            {
                var offset = plan.PaddedOffsetOf(s, h);
                var p = weights.Slice(offset, rows * stride);
                var to = (plan.Queries.Start(s) * plan.DModel) + (h * plan.DK);
                var target = rows == 0 ? [] : y[to..];
                MatrixProduct.Multiply(
                    View(queries, queries.Rows.Data, plan, plan.Queries.Start(s), rows, h),
                    View(keys, keys.Rows.Data, plan, plan.Keys.Start(s), width, h).Transposed, p, stride);
                new AttentionKernel<T>(scale, plan.Causal, length).ToWeights(p);
                ReadOnlySpan<T> d = p;
                if (scratch is not null)
                {
                    dropout!.Value.Apply(p, scratch.Span[..p.Length], index: offset);
                    d = scratch.Span[..p.Length];
                }
                MatrixProduct.Multiply(
                    new MatrixView<T>(d, rows, length, stride),
                    View(values, values.Rows.Data, plan, plan.Keys.Start(s), length, h), target, plan.DModel);
            }
        }
        if (scratch is not null) scope.Release(scratch);
    }

    public static void Backward<T>(
        AttentionPlan plan, Columns<T> queries, Columns<T> keys, Columns<T> values,
        DropoutKernel<T>? dropout, ReadOnlySpan<T> weights, ReadOnlySpan<T> dY, Adjoints<T> adjoints)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = ScaleOf<T>(plan);
        var dQueries = Target(adjoints, queries.Rows);
        var dKeys = Target(adjoints, keys.Rows);
        var dValues = Target(adjoints, values.Rows);
        var scratch = adjoints.Borrow(plan.LargestSize * 2);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length, stride) = (plan.Queries.Extent(s), plan.Keys.Length(s), plan.RowStride(s));
            // Scores are computed in whole vectors where the memory behind the keys allows; the excess is masked.
            var width = plan.Keys.Start(s) + stride <= plan.Keys.Rows ? stride : length;
            for (var h = 0; h < plan.Heads && rows * length > 0; h++)
            {
                var offset = plan.PaddedOffsetOf(s, h);
                var p = weights.Slice(offset, rows * stride);
                var dP = scratch.Span[..p.Length];
                ReadOnlySpan<T> d = p;
                if (dropout is not null)
                {
                    var dropped = scratch.Span.Slice(p.Length, p.Length);
                    dropout.Value.Apply(p, dropped, index: offset);
                    d = dropped;
                }
                var dYView = View<T>(new Columns<T>(null!, 0), dY, plan, plan.Queries.Start(s), rows, h, plan.DModel);
                if (!dValues.IsEmpty)
                    MatrixProduct.Multiply(
                        new MatrixView<T>(d, rows, length, stride).Transposed, dYView,
                        Part(values, dValues, plan, plan.Keys.Start(s), h), values.Stride, true);
                MatrixProduct.Multiply(
                    dYView, View(values, values.Rows.Data, plan, plan.Keys.Start(s), width, h).Transposed, dP, stride);
                dropout?.Apply(dP, dP, index: offset);
                new AttentionKernel<T>(scale, plan.Causal, length).ToScoreGradients(p, dP);
                var dS = new MatrixView<T>(dP, rows, length, stride);
                if (!dQueries.IsEmpty)
                    MatrixProduct.Multiply(
                        dS, View(keys, keys.Rows.Data, plan, plan.Keys.Start(s), length, h),
                        Part(queries, dQueries, plan, plan.Queries.Start(s), h), queries.Stride, true);
                if (!dKeys.IsEmpty)
                    MatrixProduct.Multiply(
                        dS.Transposed, View(queries, queries.Rows.Data, plan, plan.Queries.Start(s), rows, h),
                        Part(keys, dKeys, plan, plan.Keys.Start(s), h), keys.Stride, true);
            }
        }
        adjoints.Release(scratch);
    }

    private static T ScaleOf<T>(AttentionPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateChecked(1 / Math.Sqrt(plan.DK));

    // Queries, keys and values may be stretches of one matrix, and a stretch leaves other columns and padding
    // untouched: so its gradient starts from zeros.
    private static Span<T> Target<T>(Adjoints<T> adjoints, Tensor<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        adjoints.Wants(rows) ? adjoints.Into(rows).Zeroed() : default;

    private static MatrixView<T> View<T>(
        Columns<T> columns, ReadOnlySpan<T> data, AttentionPlan plan, int start, int rows, int head, int stride = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rows == 0) return new MatrixView<T>([], 0, plan.DK);
        if (stride == 0) stride = columns.Stride;
        return new MatrixView<T>(data[((start * stride) + columns.First + (head * plan.DK))..], rows, plan.DK, stride);
    }

    private static Span<T> Part<T>(Columns<T> columns, Span<T> gradient, AttentionPlan plan, int start, int head)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        gradient[((start * columns.Stride) + columns.First + (head * plan.DK))..];
}
