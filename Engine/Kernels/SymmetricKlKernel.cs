using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Half of KL(p || q) + KL(q || p) of the softmax p and q of two rows of logits, and its derivatives by both. With
/// r = ln p - ln q: the loss is (Σ p r - Σ q r) / 2, the derivatives are (p (r - Σ p r) + p - q) / 2 and
/// (q (Σ q r - r) + q - p) / 2.
/// </summary>
internal static class SymmetricKlKernel
{
    /// <summary>Writes the derivatives of all rows, and returns the sum of the losses.</summary>
    public static double Forward<T>(
        ReadOnlySpan<T> first, ReadOnlySpan<T> second, int columns, Span<T> dFirst, Span<T> dSecond)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var total = new double[1];
        Widest<T>.Run(new Rows<T>
        {
            First = first, Second = second, Columns = columns, DFirst = dFirst, DSecond = dSecond, Total = total,
        });
        return total[0];
    }

    private ref struct Rows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> First, Second;
        public int Columns;
        public Span<T> DFirst, DSecond;
        public Span<double> Total;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var total = 0.0;
            for (var row = 0; row < First.Length; row += Columns)
                total += Row<V, L>(
                    First.Slice(row, Columns), Second.Slice(row, Columns),
                    DFirst.Slice(row, Columns), DSecond.Slice(row, Columns));
            Total[0] = total;
        }

        private static double Row<V, L>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, Span<T> p, Span<T> q)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            ref readonly var a = ref MemoryMarshal.GetReference(first);
            ref readonly var b = ref MemoryMarshal.GetReference(second);
            ref var p0 = ref MemoryMarshal.GetReference(p);
            ref var q0 = ref MemoryMarshal.GetReference(q);
            // p and q times their sums, in the place of the derivatives.
            var (maxA, sumA) = SoftmaxKernel.Exponentials<T, V, L>(in a, ref p0, p.Length, T.One);
            var (maxB, sumB) = SoftmaxKernel.Exponentials<T, V, L>(in b, ref q0, p.Length, T.One);
            // What is added to r cancels everywhere: p and q both sum to one. The maxima make r small, and so exact.
            var terms = new Terms<V, L>(T.One / sumA, T.One / sumB, maxB - maxA);

            var (meansP, meansQ) = (L.Broadcast(T.Zero), L.Broadcast(T.Zero)); // of r
            var i = 0;
            for (; i <= p.Length - L.Count; i += L.Count)
            {
                var (x, y, r) = terms.At(in a, in b, in p0, in q0, i);
                (meansP, meansQ) = (L.FusedMultiplyAdd(x, r, meansP), L.FusedMultiplyAdd(y, r, meansQ));
            }
            if (i < p.Length)
            {
                var (x, y, r) = terms.Rest(first[i..], second[i..], p[i..], q[i..]);
                (meansP, meansQ) = (L.FusedMultiplyAdd(x, r, meansP), L.FusedMultiplyAdd(y, r, meansQ));
            }

            var (meanP, meanQ) = (L.Sum(meansP), L.Sum(meansQ));
            var gradient = new Gradient<V, L>(meanP, meanQ);
            for (i = 0; i <= p.Length - L.Count; i += L.Count)
            {
                var (dA, dB) = gradient.Of(terms.At(in a, in b, in p0, in q0, i));
                L.Store(dA, ref Unsafe.Add(ref p0, i));
                L.Store(dB, ref Unsafe.Add(ref q0, i));
            }
            if (i < p.Length)
            {
                var (dA, dB) = gradient.Of(terms.Rest(first[i..], second[i..], p[i..], q[i..]));
                LaneTail.Store<T, V, L>(dA, p[i..], false);
                LaneTail.Store<T, V, L>(dB, q[i..], false);
            }
            return 0.5 * double.CreateChecked(meanP - meanQ);
        }

        /// <summary>p, q and r, but for a number, from logits and exponentials.</summary>
        private readonly struct Terms<V, L>(T ofP, T ofQ, T shift)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            private readonly V ofP = L.Broadcast(ofP), ofQ = L.Broadcast(ofQ), shift = L.Broadcast(shift);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public (V P, V Q, V R) At(ref readonly T a, ref readonly T b, ref readonly T p, ref readonly T q, int i) =>
                Of(
                    L.Load(in LaneTail.At(in a, i)), L.Load(in LaneTail.At(in b, i)),
                    L.Load(in LaneTail.At(in p, i)), L.Load(in LaneTail.At(in q, i)));

            // The lanes beyond have no probability.
            public (V P, V Q, V R) Rest(ReadOnlySpan<T> a, ReadOnlySpan<T> b, ReadOnlySpan<T> p, ReadOnlySpan<T> q) =>
                Of(
                    LaneTail.Load<T, V, L>(a), LaneTail.Load<T, V, L>(b),
                    LaneTail.Load<T, V, L>(p), LaneTail.Load<T, V, L>(q));

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            private (V P, V Q, V R) Of(V a, V b, V p, V q) =>
                (L.Multiply(p, ofP), L.Multiply(q, ofQ), L.Add(L.Subtract(a, b), shift));
        }

        private readonly struct Gradient<V, L>(T meanP, T meanQ)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            private readonly V half = L.Broadcast(T.CreateChecked(0.5));
            private readonly V ofP = L.Broadcast(T.One - meanP), ofQ = L.Broadcast(T.One + meanQ);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            public (V First, V Second) Of((V P, V Q, V R) at)
            {
                var (p, q, r) = at;
                var dA = L.Subtract(L.Multiply(p, L.Add(ofP, r)), q);
                var dB = L.Subtract(L.Multiply(q, L.Subtract(ofQ, r)), p);
                return (L.Multiply(dA, half), L.Multiply(dB, half));
            }
        }
    }
}
