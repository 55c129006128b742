using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry AttentionEntry = new(
        "Attention",
        "Y = D V, D = dropout(P), P = softmax(Q K^T / sqrt(dK)) over the visible keys, head by head;  dV = D^T dY, " +
        "dP = dropout'(dY V^T), dS = P (dP - sum_k dP_k P_k) / sqrt(dK), dQ = dS K, dK = dS^T Q",
        AttentionSamples.All);

    /// <summary>
    /// Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2) on rows: within each sequence and
    /// head, Y = softmax(Q Kᵀ / √dK) V. Padding keys are hidden; with <paramref name="causal"/>, later keys are too. A
    /// query that sees no key gives zeros. Its twin is <see cref="AttentionTwin"/>.
    /// </summary>
    /// <remarks>
    /// Attention is in six files: this one checks shapes and records, <see cref="AttentionPasses"/> has the products of
    /// both passes, <see cref="Kernels.AttentionKernel{T}"/> the softmax between them, <see cref="AttentionPlan"/> the
    /// sizes and places of the weights, <see cref="AttentionSamples"/> the gradient cases, <see cref="AttentionTwin"/>
    /// the formula in loops. <see cref="ScaledDotProductAttention"/> composes the formula of primitive operations and
    /// takes any mask.
    /// </remarks>
    /// <param name="queries">dModel columns of [rows of <paramref name="queryLayout"/>, ...].</param>
    /// <param name="keys">dModel columns of [rows of <paramref name="keyLayout"/>, ...].</param>
    /// <param name="values">dModel columns of the same number of rows as the keys.</param>
    /// <param name="heads">The number of heads; each has dK = dModel / heads columns.</param>
    /// <param name="dModel">The columns of all heads together.</param>
    /// <param name="queryLayout">Which query rows form which sequence.</param>
    /// <param name="keyLayout">The same for keys and values.</param>
    /// <param name="causal">Whether query i sees keys 0 .. i only.</param>
    /// <param name="dropout">The probability with which an attention weight is dropped in training.</param>
    /// <returns>[query rows, dModel]. Saves P, except in inference. The tape's observer
    /// sees P of each sequence as <c>weights</c>, [heads, queries, keys].</returns>
    /// <exception cref="ShapeException">The shapes, layouts and heads do not fit.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Attention<T>(
        ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values, int heads, int dModel,
        SequenceLayout queryLayout, SequenceLayout keyLayout, bool causal = false, double dropout = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckAttention(queries, keys, values, heads, dModel, queryLayout, keyLayout);
        var tape = Tape<T>.Of(AttentionEntry, queries.Rows, keys.Rows, values.Rows);
        var plan = new AttentionPlan(queryLayout, keyLayout, heads, dModel, causal);
        var drop = DropoutOf(tape, dropout);
        var y = tape.Allocate([queryLayout.Rows, dModel]); // [query rows, dModel]
        if (tape.Mode == Mode.Inference && tape.Observer is null)
        {
            AttentionPasses.Forward(plan, queries, keys, values, y.Span, tape);
            return tape.Record(AttentionEntry, y, [queries.Rows, keys.Rows, values.Rows], null);
        }
        var weights = tape.Allocate([Math.Max(plan.PaddedCount, 1)]);
        AttentionPasses.Forward(plan, queries, keys, values, drop, weights.Span, y.Span, tape);
        if (tape.Observer is { } observer) plan.Show(observer, plan.WithoutPadding<T>(weights.Data));
        return tape.Record(AttentionEntry, y, [queries.Rows, keys.Rows, values.Rows], adjoints =>
            AttentionPasses.Backward(plan, queries, keys, values, drop, weights.Data, adjoints.Of(y), adjoints));
    }

    private static void CheckAttention<T>(
        ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values, int heads, int dModel,
        SequenceLayout queryLayout, SequenceLayout keyLayout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (heads < 1 || dModel % heads != 0)
            throw new ShapeException($"Attention: dModel {dModel} must be a multiple of the number of heads {heads}.");
        if (queryLayout.Sequences != keyLayout.Sequences)
            throw new ShapeException($"Attention: {queryLayout.Sequences} sequences of queries attend to " +
                $"{keyLayout.Sequences} of keys; there must be one for each.");
        foreach (var (name, part, layout) in ((string, ColumnBlock<T>, SequenceLayout)[])
            [("queries", queries, queryLayout), ("keys", keys, keyLayout), ("values", values, keyLayout)])
        {
            var shape = part.Rows.Shape;
            if (shape.Rank != 2 || shape[0] != layout.Rows || part.First < 0 || part.First + dModel > shape[1])
                throw new ShapeException($"Attention: {name} are columns {part.First} to {part.First + dModel - 1} " +
                    $"of {shape}, but the layout has {layout.Rows} rows; they must lie in a matrix " +
                    $"[{layout.Rows}, ...].");
            if (!part.Rows.IsContiguous)
                throw new ShapeException($"Attention: {name} {shape} must lie in order; " +
                    "Reshape a transposed view first.");
        }
    }
}
