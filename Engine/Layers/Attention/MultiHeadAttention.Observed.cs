namespace Engine.Layers;

// What an observer of the tape sees, and may leave out. Without an observer none of it is computed.
public sealed partial class MultiHeadAttention<T>
{
    /// <summary>Whether an observer leaves rotary or relative positions out; a layer without does not ask.</summary>
    private bool OmitsPositions(ObservedModule<T> module) =>
        (rotary is not null || relative is not null) && module.Omits(ObservedAttention.Positions);

    /// <summary>The queries; multiplied by √dK, which cancels the scaling, where an observer leaves it out.</summary>
    private Tensor<T> Queries(ObservedModule<T> module, Tensor<T> x)
    {
        if (!module.Omits(ObservedAttention.Scaling)) return x;
        var factors = new T[x.Shape[1]];
        Array.Fill(factors, T.One); // the columns after the queries stay as they are
        factors.AsSpan(0, dModel).Fill(T.Sqrt(T.CreateChecked(dModel / heads)));
        return Op.Multiply(x, x.Tape.Constant([factors.Length], factors));
    }

    /// <summary>The projection of the concatenated heads, without the heads that an observer leaves out.</summary>
    private Tensor<T> Combine(ObservedModule<T> module, Tensor<T> y)
    {
        if (module.Observer is not null)
        {
            var kept = new T[dModel];
            for (var h = 0; h < heads; h++)
            {
                kept.AsSpan(h * dModel / heads, dModel / heads)
                    .Fill(module.Omits(ObservedAttention.Head(h)) ? T.Zero : T.One);
            }
            if (kept.Contains(T.Zero)) y = Op.Multiply(y, y.Tape.Constant([dModel], kept)); // [rows, dModel]
            module.Show(ObservedAttention.Heads, y);
        }
        return outProj.Forward(y);
    }

    private void Show(
        ObservedModule<T> module, ColumnBlock<T> queries, ColumnBlock<T> keys, ColumnBlock<T> values,
        SequenceLayout layout, SequenceLayout keyLayout, bool causal, RelativePositions<T>? tables)
    {
        if (module.Observer is not { } observer) return;
        foreach (var (name, block) in ((string, ColumnBlock<T>)[])
            [
                (ObservedAttention.Queries, queries), (ObservedAttention.Keys, keys),
                (ObservedAttention.Values, values),
            ])
        {
            if (observer.Wants(name)) module.Show(name, Op.Slice(block.Rows, 1, block.First, dModel));
        }
        if (!observer.Wants(ObservedAttention.Scores)) return;
        var scale = module.Omits(ObservedAttention.Scaling) ? 1 : 1 / Math.Sqrt(dModel / heads);
        ObservedAttention.ShowScores(
            observer, queries, keys, new AttentionPlan(layout, keyLayout, heads, dModel, causal), scale,
            tables is null ? null : tables.KeyOf);
    }
}
