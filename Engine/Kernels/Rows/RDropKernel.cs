using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// R-Drop's loss of two rows of logits a and b, from two passes over one input, and its derivative by both: the
/// cross-entropy of each row against the target t, plus the divergence between the two predictions. With
/// p = softmax(a), q = softmax(b), r = ln p - ln q, and smoothing e over n classes:
/// loss = -ln p_t - ln q_t, smoothed, + alpha (Σ p r - Σ q r) / 2;
/// dA = p - (1 - e) 1_t - e / n + alpha (p (r - Σ p r) + p - q) / 2, and dB likewise with -r.
/// </summary>
internal static class RDropKernel
{
    /// <summary>Replaces the logits, which must be finite, by the derivatives.</summary>
    /// <param name="first">[rows, classes], the logits of one pass.</param>
    /// <param name="second">[rows, classes], the logits of the other pass.</param>
    /// <param name="scratch">[classes].</param>
    /// <param name="targets">[rows]; empty if only the divergence counts.</param>
    /// <param name="smoothing">The share of a target's probability that is spread over all classes.</param>
    /// <param name="alpha">The weight of the divergence.</param>
    /// <param name="scale">The factor of the derivatives.</param>
    /// <returns>The sum of the losses, without the factor.</returns>
    public static double Replace<T>(
        Span<T> first, Span<T> second, Span<T> scratch, ReadOnlySpan<int> targets, double smoothing = 0,
        double alpha = 1, double scale = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = 0.0;
        Widest<T>.RunAs512(new Rows<T>
        {
            First = first, Second = second, Differences = scratch, Targets = targets, Smoothing = smoothing,
            Alpha = alpha, Scale = scale, Total = ref total,
        });
        return total;
    }

    private ref struct Rows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Span<T> First, Second, Differences;
        public ReadOnlySpan<int> Targets;
        public double Smoothing, Alpha, Scale;
        public ref double Total;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var classes = Differences.Length;
            for (int row = 0, from = 0; from < First.Length; row++, from += classes)
            {
                Total += Row<V, L>(
                    First.Slice(from, classes), Second.Slice(from, classes), Targets.IsEmpty ? -1 : Targets[row]);
            }
        }

        private readonly double Row<V, L>(Span<T> a, Span<T> b, int target)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var hasTarget = target >= 0;
            var loss = hasTarget ? -Expected(a, target) - Expected(b, target) : 0;
            var maxA = RowMaximum.Of<T, V, L>(a);
            var maxB = RowMaximum.Of<T, V, L>(b);
            var (sumA, sumB, meanP, meanQ) = Exponentials<V, L>(a, b, maxA, maxB); // the means are of r
            if (hasTarget) loss += LogSumExp(maxA, sumA) + LogSumExp(maxB, sumB);
            loss += 0.5 * Alpha * double.CreateChecked(meanP - meanQ);

            var half = T.CreateChecked(0.5 * Alpha * Scale);
            var own = T.CreateChecked(hasTarget ? Scale : 0);
            Derive<V, L>(
                a, b, new Weights(T.One / sumA, own + (half * (T.One - meanP))),
                new Weights(T.One / sumB, own + (half * (T.One + meanQ))), half,
                hasTarget ? T.CreateChecked(Scale * Smoothing / a.Length) : T.Zero);
            if (hasTarget) a[target] -= T.CreateChecked(Scale * (1 - Smoothing));
            if (hasTarget) b[target] -= T.CreateChecked(Scale * (1 - Smoothing));
            return loss;
        }

        /// <summary>The mean of the logits under the smoothed distribution of the target.</summary>
        private readonly double Expected(ReadOnlySpan<T> z, int target)
        {
            var expected = (1 - Smoothing) * double.CreateChecked(z[target]);
            return Smoothing == 0 ? expected
                : expected + (Smoothing * double.CreateChecked(Reductions.Sum(z)) / z.Length);
        }

        private static double LogSumExp(T max, T sum) =>
            double.CreateChecked(max) + Math.Log(double.CreateChecked(sum));

        /// <summary>
        /// Replaces the logits by exponentials. Writes their differences, which are r plus a constant, to the scratch
        /// row.
        /// </summary>
        private readonly (T SumA, T SumB, T MeanP, T MeanQ) Exponentials<V, L>(Span<T> a, Span<T> b, T maxA, T maxB)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // The constant cancels everywhere, since p and q both sum to one. The maxima make r small, and so exact.
            var (shiftA, shiftB) = (L.Broadcast(maxA), L.Broadcast(maxB));
            var (sumA, sumB) = (L.Broadcast(T.Zero), L.Broadcast(T.Zero));
            var (ofA, ofB) = (sumA, sumB);
            // bounds: a, b and the scratch row have one length, and the loop ends a whole vector before it
            ref var a0 = ref MemoryMarshal.GetReference(a);
            ref var b0 = ref MemoryMarshal.GetReference(b[..a.Length]);
            ref var r0 = ref MemoryMarshal.GetReference(Differences[..a.Length]);
            var i = 0;
            for (; i <= a.Length - L.Count; i += L.Count)
            {
                var x = L.Subtract(L.Load(in Unsafe.Add(ref a0, i)), shiftA);
                var y = L.Subtract(L.Load(in Unsafe.Add(ref b0, i)), shiftB);
                var (p, q, r) = (VectorMath<T, V, L>.Exp(x), VectorMath<T, V, L>.Exp(y), L.Subtract(x, y));
                (sumA, sumB) = (L.Add(sumA, p), L.Add(sumB, q));
                (ofA, ofB) = (L.MultiplyAdd(p, r, ofA), L.MultiplyAdd(q, r, ofB));
                L.Store(p, ref Unsafe.Add(ref a0, i));
                L.Store(q, ref Unsafe.Add(ref b0, i));
                L.Store(r, ref Unsafe.Add(ref r0, i));
            }
            var (totalA, totalB, meanA, meanB) = (L.Sum(sumA), L.Sum(sumB), L.Sum(ofA), L.Sum(ofB));
            for (; i < a.Length; i++)
            {
                var (x, y) = (a[i] - maxA, b[i] - maxB);
                (a[i], b[i], Differences[i]) = (T.Exp(x), T.Exp(y), x - y);
                (totalA, totalB) = (totalA + a[i], totalB + b[i]);
                (meanA, meanB) = (meanA + (a[i] * (x - y)), meanB + (b[i] * (x - y)));
            }
            return (totalA, totalB, meanA / totalA, meanB / totalB);
        }

        /// <summary>
        /// Replaces the exponentials by dA = p (w_a + half r) - half q - spread and dB = q (w_b - half r) - half p -
        /// spread.
        /// </summary>
        private readonly void Derive<V, L>(Span<T> a, Span<T> b, Weights ofA, Weights ofB, T half, T spread)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var (toP, toQ) = (L.Broadcast(ofA.ToProbability), L.Broadcast(ofB.ToProbability));
            var (ownA, ownB) = (L.Broadcast(ofA.OfOwn), L.Broadcast(ofB.OfOwn));
            var (plus, minus, less) = (L.Broadcast(half), L.Broadcast(-half), L.Broadcast(-spread));
            // bounds: a, b and the scratch row have one length, and the loop ends a whole vector before it
            ref var a0 = ref MemoryMarshal.GetReference(a);
            ref var b0 = ref MemoryMarshal.GetReference(b[..a.Length]);
            ref var r0 = ref MemoryMarshal.GetReference(Differences[..a.Length]);
            var i = 0;
            for (; i <= a.Length - L.Count; i += L.Count)
            {
                var p = L.Multiply(L.Load(in Unsafe.Add(ref a0, i)), toP);
                var q = L.Multiply(L.Load(in Unsafe.Add(ref b0, i)), toQ);
                var r = L.Load(in Unsafe.Add(ref r0, i));
                var dA = L.MultiplyAdd(
                    p, L.MultiplyAdd(plus, r, ownA), L.MultiplyAdd(minus, q, less));
                var dB = L.MultiplyAdd(
                    q, L.MultiplyAdd(minus, r, ownB), L.MultiplyAdd(minus, p, less));
                L.Store(dA, ref Unsafe.Add(ref a0, i));
                L.Store(dB, ref Unsafe.Add(ref b0, i));
            }
            for (; i < a.Length; i++)
            {
                var (p, q, r) = (a[i] * ofA.ToProbability, b[i] * ofB.ToProbability, Differences[i]);
                a[i] = (p * (ofA.OfOwn + (half * r))) - (half * q) - spread;
                b[i] = (q * (ofB.OfOwn - (half * r))) - (half * p) - spread;
            }
        }

        /// <param name="ToProbability">The factor that turns an exponential into a probability.</param>
        /// <param name="OfOwn">w, the factor of a probability in its own derivative, without the term of r.</param>
        private readonly record struct Weights(T ToProbability, T OfOwn);
    }
}
