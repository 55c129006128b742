using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// The part of attention between its two products, for the heads of one sequence, one below the other:
/// weights = softmax(scale · scores) over the keys that a query may see, and its derivative. A query that may see no
/// key has zero weights.
/// </summary>
/// <remarks>
/// Rows are padded to whole vectors, so that a short row needs no loop for its end. The kernel masks the padding when
/// it reads it, and writes zeros there.
/// </remarks>
/// <param name="scale">1 / sqrt(dK); positive.</param>
/// <param name="causal">Whether query i sees keys 0 .. i only.</param>
/// <param name="queries">The number of queries; each head has a row for each query.</param>
/// <param name="keys">The number of keys.</param>
internal readonly struct AttentionKernel<T>(T scale, bool causal, int queries, int keys)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows are padded to a multiple of this, the widest vector's count.</summary>
    private const int Granule = 16;

    private readonly T scale = scale;
    private readonly bool causal = causal;
    private readonly int queries = queries, keys = keys;

    /// <summary>The distance from one query's row of weights to the next.</summary>
    public static int Stride(int keys) => (keys + Granule - 1) / Granule * Granule;

    /// <summary>Replaces scores, rows of <see cref="Stride"/> numbers, by weights.</summary>
    public void ToWeights(Span<T> scores) => Widest<T>.RunAs512(new Forward { Kernel = this, Scores = scores });

    /// <summary>Replaces the gradient of the weights, laid out alike, by that of the unscaled scores.</summary>
    public void ToScoreGradients(ReadOnlySpan<T> weights, Span<T> gradients) =>
        Widest<T>.RunAs512(new Backward { Kernel = this, Weights = weights, Gradients = gradients });

    private int Visible(int row) => causal ? Math.Min((row % queries) + 1, keys) : keys;

    private ref struct Forward : IKernel<T>
    {
        public AttentionKernel<T> Kernel;
        public Span<T> Scores;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var stride = Stride(Kernel.keys);
            for (int row = 0, at = 0; at < Scores.Length; row++, at += stride)
                Row<V, L>(Scores.Slice(at, stride), Kernel.Visible(row));
        }

        private readonly void Row<V, L>(Span<T> row, int visible)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            if (visible == 0)
            {
                row.Clear();
                return;
            }
            // bounds: the row has Stride(keys) numbers, whole vectors that reach beyond the visible keys
            ref var first = ref MemoryMarshal.GetReference(row);
            var scale = L.Broadcast(Kernel.scale);
            var last = (visible - 1) / L.Count * L.Count; // the vector in which the visible keys end
            var mask = L.LessThan(L.Indices, L.Broadcast(T.CreateTruncating(visible - last)));
            var tail = L.Load(in Unsafe.Add(ref first, last));
            var max = Kernel.scale * RowMaximum.Of<T, V, L>(
                in first, last, L.Select(mask, tail, L.Broadcast(T.NegativeInfinity)));
            var shift = L.Broadcast(T.IsNegativeInfinity(max) ? T.Zero : max); // -inf - -inf would be NaN

            // exp(-inf) would underflow, which takes the processor a hundred cycles. So hidden keys become zero after
            // exp.
            var zeros = L.Broadcast(T.Zero);
            var rest = L.Select(mask, L.Subtract(L.Multiply(tail, scale), shift), zeros);
            tail = L.Select(mask, VectorMath<T, V, L>.Exp(rest), zeros);
            var sums = tail;
            for (var i = 0; i < last; i += L.Count)
            {
                ref var at = ref Unsafe.Add(ref first, i);
                var e = VectorMath<T, V, L>.Exp(L.Subtract(L.Multiply(L.Load(in at), scale), shift));
                sums = L.Add(sums, e);
                L.Store(e, ref at);
            }
            var inverse = L.Broadcast(T.One / L.Sum(sums));
            for (var i = 0; i < last; i += L.Count)
            {
                ref var at = ref Unsafe.Add(ref first, i);
                L.Store(L.Multiply(L.Load(in at), inverse), ref at);
            }
            L.Store(L.Multiply(tail, inverse), ref Unsafe.Add(ref first, last));
            for (var i = last + L.Count; i < row.Length; i += L.Count)
                L.Store(L.Broadcast(T.Zero), ref Unsafe.Add(ref first, i));
        }
    }

    private ref struct Backward : IKernel<T>
    {
        public AttentionKernel<T> Kernel;
        public ReadOnlySpan<T> Weights;
        public Span<T> Gradients;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var stride = Stride(Kernel.keys);
            for (int row = 0, at = 0; at < Gradients.Length; row++, at += stride)
                Row<V, L>(Weights.Slice(at, stride), Gradients.Slice(at, stride), Kernel.Visible(row));
        }

        private readonly void Row<V, L>(ReadOnlySpan<T> weights, Span<T> gradients, int visible)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            if (visible == 0)
            {
                gradients.Clear();
                return;
            }
            // bounds: both rows have Stride(keys) numbers, as in the forward pass
            ref var p = ref MemoryMarshal.GetReference(weights);
            ref var dP = ref MemoryMarshal.GetReference(gradients);
            var last = (visible - 1) / L.Count * L.Count;
            var mask = L.LessThan(L.Indices, L.Broadcast(T.CreateTruncating(visible - last)));
            var tail = L.Select(mask, L.Load(in Unsafe.Add(ref dP, last)), L.Broadcast(T.Zero));

            var dots = L.Multiply(L.Load(in Unsafe.Add(ref p, last)), tail);
            for (var i = 0; i < last; i += L.Count)
                dots = L.MultiplyAdd(L.Load(in Unsafe.Add(ref p, i)), L.Load(in Unsafe.Add(ref dP, i)), dots);
            var dot = L.Broadcast(L.Sum(dots));
            var scale = L.Broadcast(Kernel.scale);
            for (var i = 0; i < last; i += L.Count)
            {
                ref var at = ref Unsafe.Add(ref dP, i);
                L.Store(
                    L.Multiply(L.Multiply(L.Load(in Unsafe.Add(ref p, i)), scale), L.Subtract(L.Load(in at), dot)),
                    ref at);
            }
            var end = L.Multiply(L.Multiply(L.Load(in Unsafe.Add(ref p, last)), scale), L.Subtract(tail, dot));
            L.Store(end, ref Unsafe.Add(ref dP, last));
            for (var i = last + L.Count; i < gradients.Length; i += L.Count)
                L.Store(L.Broadcast(T.Zero), ref Unsafe.Add(ref dP, i));
        }
    }
}
