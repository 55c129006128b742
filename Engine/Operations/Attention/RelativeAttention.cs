using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry RelativeAttentionEntry = new(
        "RelativeAttention",
        "y_i = sum_j d_ij (v_j + aV_ij), D = dropout(P), P = softmax over the visible keys of q_i (k_j + aK_ij) / " +
        "sqrt(dK), a_ij = the table's row of clip(j - i);  dV = D^T dY, dD = dY (V + aV)^T, dS = P (dP - sum_k dP_k " +
        "P_k) / sqrt(dK), dQ = dS (K + aK), dK = dS^T Q, the tables' rows likewise, summed over equal distances",
        RelativeAttentionSamples.All);

    /// <summary>
    /// Multi-head self-attention with relative positions (Shaw et al. 2018, section 3): a learned vector for each
    /// distance, clipped to ±clip, is added to the keys, and another to the values. Heads and sequences share the
    /// tables. The masks are the masks of <see cref="Attention"/>. Its twin is <see cref="RelativeAttentionTwin"/>.
    /// </summary>
    /// <remarks>
    /// It is in five files: this one checks shapes and records, <see cref="RelativeAttentionPasses{T}"/> has both
    /// passes, <see cref="Kernels.RelativeDistances"/> the sums over equal distances,
    /// <see cref="RelativeAttentionSamples"/> the gradient cases, <see cref="RelativeAttentionTwin"/> the formula in
    /// loops. <see cref="RelativeDotProductAttention"/> composes the formula of primitive operations and takes any
    /// mask.
    /// </remarks>
    /// <param name="queries">dModel columns of [rows of <paramref name="queryLayout"/>, ...].</param>
    /// <param name="keys">dModel columns of [rows of <paramref name="keyLayout"/>, ...].</param>
    /// <param name="values">dModel columns of the same number of rows as the keys.</param>
    /// <param name="keyTable">aK, [2 clip + 1, dK]: the row of distance j - i = -clip first.</param>
    /// <param name="valueTable">aV, the same for values.</param>
    /// <param name="heads">The number of heads; each has dK = dModel / heads columns.</param>
    /// <param name="queryLayout">Which query rows form which sequence.</param>
    /// <param name="keyLayout">The same for keys and values; the first key of a sequence has position 0.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own position.</param>
    /// <param name="dropout">The probability with which an attention weight is dropped in training.</param>
    /// <param name="first">The position of each sequence's first query, above 0 in a later step of decoding.</param>
    /// <returns>[query rows, dModel]. Saves P, except in inference. The tape's observer
    /// sees P of each sequence as <c>weights</c>, [heads, queries, keys].</returns>
    /// <exception cref="ShapeException">The shapes, layouts, tables and heads do not fit.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> RelativeAttention<T>(
        ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values, Tensor<T> keyTable, Tensor<T> valueTable,
        int heads, SequenceLayout queryLayout, SequenceLayout keyLayout, bool causal = false, double dropout = 0,
        int first = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckRelativeTables(keyTable.Shape, valueTable.Shape);
        var dModel = heads * keyTable.Shape[1];
        CheckAttention(queries, keys, values, heads, dModel, queryLayout, keyLayout);
        var tape = Tape<T>.Of(
            RelativeAttentionEntry, queries.Rows, keys.Rows, values.Rows, keyTable, valueTable);
        var plan = new AttentionPlan(queryLayout, keyLayout, heads, dModel, causal);
        var passes = new RelativeAttentionPasses<T>(
            tape, plan, queries, keys, values, keyTable, valueTable, DropoutOf(tape, dropout), first);
        var y = tape.Allocate([queryLayout.Rows, dModel]); // [query rows, dModel]
        if (tape.Mode == Mode.Inference && tape.Observer is null)
        {
            passes.Forward(y.Span);
            return tape.Record(
                RelativeAttentionEntry, y, [queries.Rows, keys.Rows, values.Rows, keyTable, valueTable], null);
        }
        var weights = tape.Allocate([Math.Max(plan.WeightCount, 1)]);
        passes.Forward(weights.Span, y.Span);
        if (tape.Observer is { } observer) plan.Show(observer, weights.Data);
        return tape.Record(
            RelativeAttentionEntry, y, [queries.Rows, keys.Rows, values.Rows, keyTable, valueTable],
            adjoints => passes.Backward(weights.Data, adjoints.Of(y), adjoints));
    }

    private static void CheckRelativeTables(Shape keyTable, Shape valueTable)
    {
        if (keyTable.Rank != 2 || keyTable[0] % 2 == 0 || valueTable != keyTable)
            throw new ShapeException($"RelativeAttention: the tables of keys and values are {keyTable} and " +
                $"{valueTable}; both must be [2 clip + 1, dK], a row for each distance from -clip to clip.");
    }
}
