using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// What a tape's observer sees of <see cref="MultiHeadAttention{T}"/>, and which parts it may leave out. The scores are
/// computed here, in plain loops, because the fast kernel keeps none of them.
/// </summary>
public static class ObservedAttention
{
    /// <summary>The attention weights of a sequence, [heads, queries, keys].</summary>
    public const string Weights = "weights";

    /// <summary>
    /// The projected queries, keys and values, [rows, dModel], with rotary positions where a layer has them.
    /// </summary>
    public const string Queries = "queries", Keys = "keys", Values = "values";

    /// <summary>
    /// q · k of a sequence, [heads, queries, keys], with relative positions q · (k + aK); and the same as the softmax
    /// reads it, divided by √dK, with -infinity where the query does not see the key.
    /// </summary>
    public const string Scores = "scores", MaskedScores = "masked scores";

    /// <summary>The outputs of the heads, side by side, before the last projection, [rows, dModel].</summary>
    public const string Heads = "heads";

    /// <summary>The scores of <see cref="AttentionPooling{T}"/>, whose softmax weighs the rows, [rows, 1].</summary>
    public const string PoolingScores = "pooling scores";

    /// <summary>The division of scores by √dK.</summary>
    public const string Scaling = "scaling";

    /// <summary>The mask that hides later keys.</summary>
    public const string CausalMask = "causal mask";

    /// <summary>Rotary or relative positions.</summary>
    public const string Positions = "positions";

    /// <summary>One head: its output counts as zeros.</summary>
    /// <param name="head">The head, from 0.</param>
    public static string Head(int head) => FormattableString.Invariant($"head {head}");

    /// <summary>Shows <see cref="Scores"/> and <see cref="MaskedScores"/> of each sequence.</summary>
    /// <param name="observer">Sees them.</param>
    /// <param name="queries">dModel columns of [query rows, ...].</param>
    /// <param name="keys">dModel columns of [key rows, ...].</param>
    /// <param name="plan">The sizes, and whether later keys are hidden.</param>
    /// <param name="scale">What the scores are multiplied with.</param>
    /// <param name="keyOfDistance">aK of a key's distance from the query; null without relative positions.</param>
    internal static void ShowScores<T>(
        TapeObserver<T> observer, ColumnBlock<T> queries, ColumnBlock<T> keys, AttentionPlan plan, double scale,
        Func<int, T[]>? keyOfDistance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var factor = T.CreateChecked(scale);
        for (var s = 0; s < plan.Queries.Sequences; s++)
        {
            Shape shape = [plan.Heads, plan.Queries.Extent(s), plan.Keys.Length(s)];
            var (scores, masked) = (new T[shape.Elements], new T[shape.Elements]);
            var at = 0;
            for (var h = 0; h < shape[0]; h++)
            {
                for (var i = 0; i < shape[1]; i++)
                {
                    var q = Row(queries, plan.Queries.Start(s) + i, h);
                    for (var j = 0; j < shape[2]; j++, at++)
                    {
                        var k = Row(keys, plan.Keys.Start(s) + j, h);
                        for (var c = 0; c < q.Length; c++)
                            scores[at] += q[c] * (k[c] + (keyOfDistance?.Invoke(j - i)[c] ?? T.Zero));
                        masked[at] = plan.Causal && j > i ? T.NegativeInfinity : scores[at] * factor;
                    }
                }
            }
            observer.Saw(Scores, shape, scores, s);
            observer.Saw(MaskedScores, shape, masked, s);
        }

        ReadOnlySpan<T> Row(ColumnBlock<T> block, int row, int head) =>
            block.Rows.Data.Slice((row * block.Stride) + block.First + (head * plan.DK), plan.DK);
    }
}
