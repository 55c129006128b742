using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The forward and the backward pass of <see cref="Op.Attention"/>, one sequence after the other, so that the weights
/// of a sequence stay in the cache.
/// </summary>
internal static class AttentionPasses
{
    /// <summary>The forward pass where no weights are kept: in inference, without dropout.</summary>
    /// <remarks>
    /// The weights of a sequence, or of one of its heads if these are many, overwrite the weights before:
    /// the memory does not grow with the number of sequences.
    /// </remarks>
    public static void Forward<T>(
        AttentionPlan plan, ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values, Span<T> y,
        Scope<T> scope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = ScaleOf<T>(plan);
        var heads = plan.HeadsAtOnce;
        var scratch = scope.Borrow(Math.Max(plan.LargestSize / plan.Heads * heads, 1));
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length, stride) = (plan.Queries.Extent(s), plan.Keys.Length(s), plan.RowStride(s));
            var size = rows * stride;
            for (var head = 0; head < plan.Heads && rows > 0; head += heads)
            {
                var count = Math.Min(heads, plan.Heads - head);
                var p = scratch.Span[..(count * size)];
                MatrixProduct.MultiplyEach(
                    count, View(queries, queries.Rows.Data, plan, plan.Queries.Start(s), rows, head), plan.DK,
                    View(keys, keys.Rows.Data, plan, plan.Keys.Start(s), WholeVectors(plan, s), head).Transposed,
                    plan.DK, p, stride, size);
                new AttentionKernel<T>(scale, plan.Causal, rows, length).ToWeights(p);
                MatrixProduct.MultiplyEach(
                    count, new MatrixView<T>(p, rows, length, stride), size,
                    View(values, values.Rows.Data, plan, plan.Keys.Start(s), length, head), plan.DK,
                    y[((plan.Queries.Start(s) * plan.DModel) + (head * plan.DK))..], plan.DModel, plan.DK);
            }
        }
        scope.Release(scratch);
    }

    /// <summary>The forward pass, which keeps the weights of all sequences for the backward pass.</summary>
    public static void Forward<T>(
        AttentionPlan plan, ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values,
        DropoutKernel<T>? dropout, Span<T> weights, Span<T> y, Scope<T> scope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = ScaleOf<T>(plan);
        var scratch = dropout is null ? null : scope.Borrow(plan.LargestSize);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length, stride) = (plan.Queries.Extent(s), plan.Keys.Length(s), plan.RowStride(s));
            if (rows == 0) continue;
            var size = rows * stride;
            var offset = plan.PaddedOffsetOf(s);
            var p = weights.Slice(offset, plan.Heads * size);
            MatrixProduct.MultiplyEach(
                plan.Heads, View(queries, queries.Rows.Data, plan, plan.Queries.Start(s), rows), plan.DK,
                View(keys, keys.Rows.Data, plan, plan.Keys.Start(s), WholeVectors(plan, s)).Transposed, plan.DK,
                p, stride, size);
            new AttentionKernel<T>(scale, plan.Causal, rows, length).ToWeights(p);
            ReadOnlySpan<T> d = p;
            if (scratch is not null)
            {
                dropout!.Value.Apply(p, scratch.Span[..p.Length], index: offset);
                d = scratch.Span[..p.Length];
            }
            MatrixProduct.MultiplyEach(
                plan.Heads, new MatrixView<T>(d, rows, length, stride), size,
                View(values, values.Rows.Data, plan, plan.Keys.Start(s), length), plan.DK,
                y[(plan.Queries.Start(s) * plan.DModel)..], plan.DModel, plan.DK);
        }
        if (scratch is not null) scope.Release(scratch);
    }

    public static void Backward<T>(
        AttentionPlan plan, ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values,
        DropoutKernel<T>? dropout, ReadOnlySpan<T> weights, ReadOnlySpan<T> dY, Adjoints<T> adjoints)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var scale = ScaleOf<T>(plan);
        var dQueries = Target(adjoints, queries.Rows);
        var dKeys = Target(adjoints, keys.Rows);
        var dValues = Target(adjoints, values.Rows);
        var scratch = adjoints.Borrow(plan.LargestSize * 2L);
        var (heads, dK) = (plan.Heads, plan.DK);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length, stride) = (plan.Queries.Extent(s), plan.Keys.Length(s), plan.RowStride(s));
            if (rows * length == 0) continue;
            var size = rows * stride;
            var offset = plan.PaddedOffsetOf(s);
            var (queryStart, keyStart) = (plan.Queries.Start(s), plan.Keys.Start(s));
            var p = weights.Slice(offset, heads * size);
            var dP = scratch.Span[..p.Length];
            ReadOnlySpan<T> d = p;
            if (dropout is not null)
            {
                var dropped = scratch.Span.Slice(p.Length, p.Length);
                dropout.Value.Apply(p, dropped, index: offset);
                d = dropped;
            }
            var dYView = new MatrixView<T>(dY[(queryStart * plan.DModel)..], rows, dK, plan.DModel);
            if (!dValues.IsEmpty)
                MatrixProduct.MultiplyEach(
                    heads, new MatrixView<T>(d, rows, length, stride).Transposed, size, dYView, dK,
                    Part(values, dValues, keyStart), values.Stride, dK, true);
            MatrixProduct.MultiplyEach(
                heads, dYView, dK, View(values, values.Rows.Data, plan, keyStart, WholeVectors(plan, s)).Transposed,
                dK, dP, stride, size);
            dropout?.Apply(dP, dP, index: offset);
            new AttentionKernel<T>(scale, plan.Causal, rows, length).ToScoreGradients(p, dP);
            var dS = new MatrixView<T>(dP, rows, length, stride);
            if (!dQueries.IsEmpty)
                MatrixProduct.MultiplyEach(
                    heads, dS, size, View(keys, keys.Rows.Data, plan, keyStart, length), dK,
                    Part(queries, dQueries, queryStart), queries.Stride, dK, true);
            if (!dKeys.IsEmpty)
                MatrixProduct.MultiplyEach(
                    heads, dS.Transposed, size, View(queries, queries.Rows.Data, plan, queryStart, rows), dK,
                    Part(keys, dKeys, keyStart), keys.Stride, dK, true);
        }
        adjoints.Release(scratch);
    }

    // Scores are computed for a multiple of 16 keys, where memory follows the last key; the kernel masks the excess.
    private static int WholeVectors(AttentionPlan plan, int sequence)
    {
        var stride = plan.RowStride(sequence);
        return plan.Keys.Start(sequence) + stride <= plan.Keys.Rows ? stride : plan.Keys.Length(sequence);
    }

    private static T ScaleOf<T>(AttentionPlan plan)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateChecked(1 / Math.Sqrt(plan.DK));

    // Queries, keys and values may be column blocks of one matrix. A block's gradient does not touch the other columns
    // and the padding, so that the matrix's gradient must begin as zeros.
    private static Span<T> Target<T>(Adjoints<T> adjoints, Tensor<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        adjoints.Wants(rows) ? adjoints.Into(rows).Zeroed() : default;

    /// <summary>Some rows of a head; the next head is dK columns further.</summary>
    private static MatrixView<T> View<T>(
        ColumnBlock<T> columns, ReadOnlySpan<T> data, AttentionPlan plan, int start, int rows, int head = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        rows == 0
            ? new MatrixView<T>([], 0, plan.DK)
            : new MatrixView<T>(
                data[((start * columns.Stride) + columns.First + (head * plan.DK))..], rows, plan.DK, columns.Stride);

    private static Span<T> Part<T>(ColumnBlock<T> columns, Span<T> gradient, int start)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        gradient[((start * columns.Stride) + columns.First)..];
}
