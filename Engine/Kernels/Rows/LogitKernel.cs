using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// The log-sum-exp of rows of logits that come a block of columns at a time, as decoding reads them.
/// </summary>
internal static class LogitKernel
{
    /// <summary>
    /// Adds a block of columns to each row's maximum and to its Σ exp(logit - maximum), from which log-sum-exp follows.
    /// Before the first block the maximum is -infinity and the sum 0.
    /// </summary>
    /// <param name="logits">[rows, columns].</param>
    /// <param name="maxima">The largest logit of each row in this block.</param>
    /// <param name="max">The largest of each row so far.</param>
    /// <param name="sum">The sum of each row so far.</param>
    public static void AddToSums<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> maxima, Span<T> max, Span<double> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.RunAs512(new SumsOfRows<T> { Logits = logits, Maxima = maxima, Max = max, Sum = sum });

    private ref struct SumsOfRows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Logits, Maxima;
        public Span<T> Max;
        public Span<double> Sum;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Logits.Length / Maxima.Length;
            for (var row = 0; row < Maxima.Length; row++)
            {
                if (Maxima[row] > Max[row])
                {
                    // exp(-inf) = 0 where this is the first block.
                    Sum[row] *= Math.Exp(double.CreateChecked(Max[row]) - double.CreateChecked(Maxima[row]));
                    Max[row] = Maxima[row];
                }
                if (T.IsNegativeInfinity(Max[row])) continue; // exp(-inf - -inf) would be NaN
                Sum[row] += double.CreateChecked(SumOf<V, L>(Logits.Slice(row * columns, columns), Max[row]));
            }
        }

        private static T SumOf<V, L>(ReadOnlySpan<T> logits, T max)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: the loops end a whole vector before the length; the rest is loaded from a slice
            ref var first = ref MemoryMarshal.GetReference(logits);
            var shift = L.Broadcast(max);
            var (a, b) = (L.Broadcast(T.Zero), L.Broadcast(T.Zero));
            var i = 0;
            for (; i <= logits.Length - (2 * L.Count); i += 2 * L.Count)
            {
                a = L.Add(a, VectorMath<T, V, L>.Exp(L.Subtract(L.Load(in Unsafe.Add(ref first, i)), shift)));
                b = L.Add(
                    b, VectorMath<T, V, L>.Exp(L.Subtract(L.Load(in Unsafe.Add(ref first, i + L.Count)), shift)));
            }
            for (; i < logits.Length; i += L.Count)
            {
                var rest = logits[i..];
                var last = rest.Length >= L.Count
                    ? L.Load(in Unsafe.Add(ref first, i))
                    : LaneTail.Load<T, V, L>(rest, T.NegativeInfinity);
                a = L.Add(a, VectorMath<T, V, L>.Exp(L.Subtract(last, shift)));
            }
            return L.Sum(L.Add(a, b));
        }
    }
}
