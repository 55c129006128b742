using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Attention of one query for each sequence, the step of decoding: in each head, y = softmax(q Kᵀ / √dK) V. Each query
/// has a list of the rows of keys and values that it attends to, so that hypotheses share the rows of a common prefix.
/// The reference implementation, in the tests, is the formula over copies of these rows.
/// </summary>
internal static class StepAttentionKernel
{
    /// <summary>
    /// The numbers of scratch memory for queries that attend to at most <paramref name="mostRows"/> rows.
    /// </summary>
    public static int ScratchSize(int heads, int mostRows) => heads * AttentionKernel<float>.Stride(mostRows);

    /// <summary>Attends with each query in turn.</summary>
    /// <param name="queries">[queries, queryStride], of which the first dModel columns count.</param>
    /// <param name="queryStride">The distance from one query to the next.</param>
    /// <param name="keysAndValues">[rows, 2 dModel]: keys, then values.</param>
    /// <param name="heads">The number of heads, which divides dModel.</param>
    /// <param name="rows">The lists of rows, one behind the other.</param>
    /// <param name="starts">[queries]: where each query's list begins in <paramref name="rows"/>.</param>
    /// <param name="counts">[queries]: the length of each query's list; an empty list gives zeros.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> numbers.</param>
    /// <param name="y">[queries, dModel].</param>
    /// <param name="kept">
    /// [queries, heads, columns]: gets each query's weights in the order of its list, which must not be longer than a
    /// row. Empty if the weights are not wanted.
    /// </param>
    public static void Run<T>(
        ReadOnlySpan<T> queries, int queryStride, ReadOnlySpan<T> keysAndValues, int heads, ReadOnlySpan<int> rows,
        ReadOnlySpan<int> starts, ReadOnlySpan<int> counts, Span<T> scratch, Span<T> y,
        Span<T> kept = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.RunAs512(new Pass<T>
        {
            Queries = queries, QueryStride = queryStride, KeysAndValues = keysAndValues, Heads = heads, Rows = rows,
            Starts = starts, Counts = counts, Scratch = scratch, Y = y, Kept = kept,
        });

    private ref struct Pass<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Queries, KeysAndValues;
        public ReadOnlySpan<int> Rows, Starts, Counts;
        public int QueryStride, Heads;
        public Span<T> Scratch, Y, Kept;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var dModel = Y.Length / Counts.Length;
            var scale = T.One / T.Sqrt(T.CreateChecked(dModel / Heads));
            for (var i = 0; i < Counts.Length; i++)
            {
                var y = Y.Slice(i * dModel, dModel);
                var rows = Rows.Slice(Starts[i], Counts[i]);
                if (rows.IsEmpty)
                {
                    y.Clear();
                    continue;
                }
                var weights = Scratch[..ScratchSize(Heads, rows.Length)]; // [heads, stride]
                Score<V, L>(Queries.Slice(i * QueryStride, dModel), rows, weights);
                new AttentionKernel<T>(scale, false, 1, rows.Length).ToWeights(weights);
                Mix<V, L>(weights, rows, y);
                if (!Kept.IsEmpty) Keep(weights, rows.Length, Kept[(i * (Kept.Length / Counts.Length))..]);
            }
        }

        /// <summary>scores[h, t] = q_h · k_h of row t.</summary>
        private readonly void Score<V, L>(ReadOnlySpan<T> query, ReadOnlySpan<int> rows, Span<T> scores)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var (dModel, dK, stride) = (query.Length, query.Length / Heads, scores.Length / Heads);
            // bounds: j < end <= dModel, the length of the query; h · stride + t lies in the scores of head h
            ref var q = ref MemoryMarshal.GetReference(query);
            ref var score = ref MemoryMarshal.GetReference(scores);
            for (var t = 0; t < rows.Length; t++)
            {
                // The slice also checks the row for Mix.
                // bounds: keys are the first dModel numbers of the slice
                ref var k = ref MemoryMarshal.GetReference(KeysAndValues.Slice(rows[t] * 2 * dModel, 2 * dModel));
                for (int h = 0, from = 0; h < Heads; h++, from += dK)
                {
                    var end = from + dK;
                    var j = from;
                    var dot = T.Zero;
                    if (dK >= L.Count)
                    {
                        var dots = L.Multiply(L.Load(in Unsafe.Add(ref q, j)), L.Load(in Unsafe.Add(ref k, j)));
                        for (j += L.Count; j <= end - L.Count; j += L.Count)
                            dots = L.MultiplyAdd(
                                L.Load(in Unsafe.Add(ref q, j)), L.Load(in Unsafe.Add(ref k, j)), dots);
                        dot = L.SumByHalves(dots);
                    }
                    for (; j < end; j++) dot += Unsafe.Add(ref q, j) * Unsafe.Add(ref k, j);
                    Unsafe.Add(ref score, (h * stride) + t) = dot;
                }
            }
        }

        /// <summary>y_h = Σ_t weights[h, t] v_h of row t, in the order of the rows in memory.</summary>
        private readonly void Mix<V, L>(ReadOnlySpan<T> weights, ReadOnlySpan<int> rows, Span<T> y)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var (dModel, dK, stride) = (y.Length, y.Length / Heads, weights.Length / Heads);
            // bounds: Score has sliced each row; j < end <= dModel, the length of y; h · stride + t lies in the weights
            ref var values = ref Unsafe.Add(ref MemoryMarshal.GetReference(KeysAndValues), dModel);
            ref var weight = ref MemoryMarshal.GetReference(weights);
            ref var sum = ref MemoryMarshal.GetReference(y);
            y.Clear();
            for (var t = 0; t < rows.Length; t++)
            {
                ref var v = ref Unsafe.Add(ref values, rows[t] * 2 * dModel);
                for (int h = 0, j = 0; h < Heads; h++)
                {
                    var end = (h + 1) * dK;
                    var scalar = Unsafe.Add(ref weight, (h * stride) + t);
                    var factor = L.Broadcast(scalar);
                    for (; j <= end - L.Count; j += L.Count)
                    {
                        ref var at = ref Unsafe.Add(ref sum, j);
                        L.Store(L.MultiplyAdd(factor, L.Load(in Unsafe.Add(ref v, j)), L.Load(in at)), ref at);
                    }
                    for (; j < end; j++)
                    {
                        ref var at = ref Unsafe.Add(ref sum, j);
                        at = LaneTail.MultiplyAdd(scalar, Unsafe.Add(ref v, j), at);
                    }
                }
            }
        }

        /// <summary>Copies the weights of each head out of their padded rows.</summary>
        private readonly void Keep(ReadOnlySpan<T> weights, int count, Span<T> kept)
        {
            var columns = Kept.Length / Counts.Length / Heads;
            for (var h = 0; h < Heads; h++)
                weights.Slice(h * (weights.Length / Heads), count).CopyTo(kept[(h * columns)..]);
        }
    }
}
