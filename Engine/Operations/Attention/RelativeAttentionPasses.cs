using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The forward and the backward pass of <see cref="Op.RelativeAttention"/>, one sequence and head after the other. A
/// row of a table is never copied for each pair of positions. Instead, all q_i · aK of the distances are one product Q
/// aKᵀ, [queries, distances], whose numbers are then spread over the keys; and Σ_j d_ij aV_ij is D, summed over equal
/// distances, times aV.
/// </summary>
internal sealed class RelativeAttentionPasses<T>(
    Tape<T> tape, AttentionPlan plan, ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values,
    Tensor<T> keyTable, Tensor<T> valueTable, DropoutKernel<T>? dropout, int first)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly RelativeDistances distances = new((keyTable.Shape[0] - 1) / 2);
    private readonly T scale = T.CreateChecked(1 / Math.Sqrt(plan.DK));

    /// <summary>The forward pass where no weights are kept: a head overwrites the weights of the head before.</summary>
    public void Forward(Span<T> y)
    {
        var weights = tape.Borrow(Math.Max(plan.LargestSize / plan.Heads, 1)); // padded, and so large enough
        Forward(weights.Span, y, keeps: false);
        tape.Release(weights);
    }

    /// <summary>The forward pass, which keeps the weights of all sequences for the backward pass.</summary>
    public void Forward(Span<T> weights, Span<T> y) => Forward(weights, y, keeps: true);

    private void Forward(Span<T> weights, Span<T> y, bool keeps)
    {
        var scratch = tape.Borrow(ScratchSize);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length) = (plan.Queries.Extent(s), plan.Keys.Length(s));
            for (var h = 0; h < plan.Heads && rows > 0; h++)
            {
                var p = weights.Slice(keeps ? plan.OffsetOf(s, h) : 0, rows * length);
                var byDistance = scratch.Span[..(rows * distances.Count)];
                var d = scratch.Span.Slice(byDistance.Length, p.Length);
                var q = Part(queries, queries.Rows.Data, plan.Queries.Start(s), rows, h);
                var to = y[((plan.Queries.Start(s) * plan.DModel) + (h * plan.DK))..];

                MatrixProduct.Multiply(q, Table(keyTable).Transposed, byDistance, distances.Count); // Q aK^T
                MatrixProduct.Multiply(
                    q, Part(keys, keys.Rows.Data, plan.Keys.Start(s), length, h).Transposed, p, length);
                ToWeights(p, byDistance, rows, length);
                p.CopyTo(d);
                dropout?.Apply(p, d, index: plan.OffsetOf(s, h));
                SumByDistance(d, byDistance, rows, length);
                MatrixProduct.Multiply(
                    new MatrixView<T>(byDistance, rows, distances.Count), Table(valueTable), to, plan.DModel);
                MatrixProduct.Multiply(
                    new MatrixView<T>(d, rows, length),
                    Part(values, values.Rows.Data, plan.Keys.Start(s), length, h), to, plan.DModel, true);
            }
        }
        tape.Release(scratch);
    }

    public void Backward(ReadOnlySpan<T> weights, ReadOnlySpan<T> dY, Adjoints<T> adjoints)
    {
        var dQueries = Target(adjoints, queries.Rows);
        var dKeys = Target(adjoints, keys.Rows);
        var dValues = Target(adjoints, values.Rows);
        var dKeyTable = Target(adjoints, keyTable);
        var dValueTable = Target(adjoints, valueTable);
        var scratch = tape.Borrow(ScratchSize);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            var (rows, length) = (plan.Queries.Extent(s), plan.Keys.Length(s));
            for (var h = 0; h < plan.Heads && rows * length > 0; h++)
            {
                var offset = plan.OffsetOf(s, h);
                var p = weights.Slice(offset, rows * length);
                var byDistance = scratch.Span[..(rows * distances.Count)];
                var d = scratch.Span.Slice(byDistance.Length, p.Length); // D, then dP, then dS
                var dOutput = new MatrixView<T>(
                    dY[((plan.Queries.Start(s) * plan.DModel) + (h * plan.DK))..], rows, plan.DK, plan.DModel);
                var perDistance = new MatrixView<T>(byDistance, rows, distances.Count);
                var perKey = new MatrixView<T>(d, rows, length);

                p.CopyTo(d);
                dropout?.Apply(p, d, index: offset);
                if (!dValues.IsEmpty)
                    MatrixProduct.Multiply(
                        perKey.Transposed, dOutput, Place(values, dValues, plan.Keys.Start(s), h), values.Stride, true);
                if (!dValueTable.IsEmpty)
                {
                    SumByDistance(d, byDistance, rows, length);
                    MatrixProduct.Multiply(perDistance.Transposed, dOutput, dValueTable, plan.DK, true);
                }

                MatrixProduct.Multiply(dOutput, Table(valueTable).Transposed, byDistance, distances.Count);
                MatrixProduct.Multiply(
                    dOutput, Part(values, values.Rows.Data, plan.Keys.Start(s), length, h).Transposed, d, length);
                SpreadByDistance(byDistance, d, rows, length);
                dropout?.Apply(d, d, index: offset);
                ToScoreGradients(p, d, rows, length);

                SumByDistance(d, byDistance, rows, length);
                var q = Part(queries, queries.Rows.Data, plan.Queries.Start(s), rows, h);
                if (!dQueries.IsEmpty)
                {
                    var to = Place(queries, dQueries, plan.Queries.Start(s), h);
                    var k = Part(keys, keys.Rows.Data, plan.Keys.Start(s), length, h);
                    MatrixProduct.Multiply(perKey, k, to, queries.Stride, true);
                    MatrixProduct.Multiply(perDistance, Table(keyTable), to, queries.Stride, true);
                }
                if (!dKeys.IsEmpty)
                    MatrixProduct.Multiply(
                        perKey.Transposed, q, Place(keys, dKeys, plan.Keys.Start(s), h), keys.Stride, true);
                if (!dKeyTable.IsEmpty)
                    MatrixProduct.Multiply(perDistance.Transposed, q, dKeyTable, plan.DK, true);
            }
        }
        tape.Release(scratch);
    }

    /// <summary>Turns the scores of each query, [rows, length], into weights; hidden keys get the weight 0.</summary>
    private void ToWeights(Span<T> scores, ReadOnlySpan<T> byDistance, int rows, int length)
    {
        SpreadByDistance(byDistance, scores, rows, length);
        InPlace.Multiply(scores, scale);
        for (var i = 0; i < rows; i++)
        {
            var visible = Visible(i, length);
            var row = scores.Slice(i * length, length);
            if (visible > 0) SoftmaxKernel.Forward(row[..visible], row[..visible], visible);
            row[visible..].Clear();
        }
    }

    private void ToScoreGradients(ReadOnlySpan<T> weights, Span<T> gradients, int rows, int length)
    {
        for (var i = 0; i < rows; i++)
        {
            var visible = Visible(i, length);
            var row = gradients.Slice(i * length, length);
            SoftmaxKernel.Backward(
                weights.Slice(i * length, visible), row[..visible], row[..visible], visible, false);
            row[visible..].Clear();
        }
        InPlace.Multiply(gradients, scale);
    }

    private void SpreadByDistance(ReadOnlySpan<T> byDistance, Span<T> byKey, int rows, int length)
    {
        for (var i = 0; i < rows; i++)
            distances.Spread(
                byDistance.Slice(i * distances.Count, distances.Count), first + i, byKey.Slice(i * length, length));
    }

    private void SumByDistance(ReadOnlySpan<T> byKey, Span<T> byDistance, int rows, int length)
    {
        for (var i = 0; i < rows; i++)
            distances.Sum(
                byKey.Slice(i * length, length), first + i, byDistance.Slice(i * distances.Count, distances.Count));
    }

    private int Visible(int query, int length) => plan.Causal ? Math.Min(first + query + 1, length) : length;

    private long ScratchSize
    {
        get
        {
            var largest = 1L;
            for (var s = 0; s < plan.Queries.Sequences; s++)
                largest = Math.Max(largest, (long)plan.Queries.Extent(s) * (plan.Keys.Length(s) + distances.Count));
            return largest;
        }
    }

    // Queries, keys and values may be column blocks of one matrix, and all heads add to the tables: gradients begin as
    // zeros.
    private static Span<T> Target(Adjoints<T> adjoints, Tensor<T> x) =>
        adjoints.Wants(x) ? adjoints.Into(x).Zeroed() : default;

    private MatrixView<T> Table(Tensor<T> table) => new(table.Ordered(tape), distances.Count, plan.DK);

    /// <summary>Some rows of one head, [rows, dK].</summary>
    private MatrixView<T> Part(ColumnBlock<T> columns, ReadOnlySpan<T> data, int start, int rows, int head) =>
        rows == 0
            ? new MatrixView<T>([], 0, plan.DK)
            : new MatrixView<T>(
                data[((start * columns.Stride) + columns.First + (head * plan.DK))..], rows, plan.DK, columns.Stride);

    private Span<T> Place(ColumnBlock<T> columns, Span<T> gradient, int start, int head) =>
        gradient[((start * columns.Stride) + columns.First + (head * plan.DK))..];
}
