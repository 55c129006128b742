using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Softmax over rows: y_j = exp(x_j - max) / Σ_k exp(x_k - max), and its derivative. Subtracting the row's maximum
/// changes nothing mathematically and keeps exp from overflowing.
/// </summary>
internal static class SoftmaxKernel
{
    /// <summary>Softmax of each row of <paramref name="columns"/> numbers; x and y may be the same.</summary>
    /// <param name="x">[rows, columns].</param>
    /// <param name="y">[rows, columns], written.</param>
    /// <param name="columns">How many numbers a row has.</param>
    /// <param name="emptyIsZero">Whether a row of nothing but -infinity gives zeros, and not 0 / 0.</param>
    public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int columns, bool emptyIsZero = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.RunAs512(new ForwardRows<T> { X = x, Y = y, Columns = columns, EmptyIsZero = emptyIsZero });

    /// <summary>dX = y (dY - Σ_k dY_k y_k) for each row, written or added.</summary>
    public static void Backward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX, int columns, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.RunAs512(new BackwardRows<T> { Y = y, DY = dY, DX = dX, Columns = columns, Accumulate = accumulate });

    /// <summary>
    /// y = exp(x - max) for one row; returns max and Σ y, from which log-sum-exp follows. x and y may be the same.
    /// </summary>
    public static (T Max, T Sum) Exponentials<T, V, L>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: x and y[..x.Length] have one length, and the loop ends a whole vector before it
        ref var x0 = ref MemoryMarshal.GetReference(x);
        ref var y0 = ref MemoryMarshal.GetReference(y[..x.Length]);
        var max = RowMaximum.Of<T, V, L>(x);
        if (T.IsNegativeInfinity(max)) max = T.Zero; // exp(-inf - -inf) would be NaN
        var shift = L.Broadcast(max);
        var sums = L.Broadcast(T.Zero);
        var i = 0;
        for (; i <= x.Length - L.Count; i += L.Count)
        {
            var e = VectorMath<T, V, L>.Exp(L.Subtract(L.Load(in Unsafe.Add(ref x0, i)), shift));
            sums = L.Add(sums, e);
            L.Store(e, ref Unsafe.Add(ref y0, i));
        }
        if (i < x.Length)
        {
            var rest = LaneTail.Load<T, V, L>(x[i..], T.NegativeInfinity);
            var e = VectorMath<T, V, L>.Exp(L.Subtract(rest, shift));
            sums = L.Add(sums, e);
            LaneTail.Store<T, V, L>(e, y[i..], accumulate: false);
        }
        return (max, L.Sum(sums));
    }

    private ref struct ForwardRows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X;
        public Span<T> Y;
        public int Columns;
        public bool EmptyIsZero;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            for (var row = 0; row < X.Length; row += Columns)
            {
                var y = Y.Slice(row, Columns);
                var (_, sum) = Exponentials<T, V, L>(X.Slice(row, Columns), y);
                if (EmptyIsZero && sum == T.Zero) y.Clear();
                else Elementwise.Map<T, Scale<T>, V, L>(new Scale<T>(T.One / sum), y, y, accumulate: false);
            }
        }
    }

    private ref struct BackwardRows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Y, DY;
        public Span<T> DX;
        public int Columns;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            for (var row = 0; row < Y.Length; row += Columns)
                Row<V, L>(Y.Slice(row, Columns), DY.Slice(row, Columns), DX.Slice(row, Columns));
        }

        private readonly void Row<V, L>(ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: all three are slices of one length, and the loops end a whole vector before it
            ref var y0 = ref MemoryMarshal.GetReference(y);
            ref var dY0 = ref MemoryMarshal.GetReference(dY);
            ref var dX0 = ref MemoryMarshal.GetReference(dX);
            var dots = L.Broadcast(T.Zero);
            var i = 0;
            for (; i <= y.Length - L.Count; i += L.Count)
                dots = L.MultiplyAdd(L.Load(in Unsafe.Add(ref y0, i)), L.Load(in Unsafe.Add(ref dY0, i)), dots);
            var dot = L.Sum(dots);
            for (; i < y.Length; i++) dot = LaneTail.MultiplyAdd(y[i], dY[i], dot);

            var (shift, accumulate) = (L.Broadcast(dot), Accumulate);
            for (i = 0; i <= y.Length - L.Count; i += L.Count)
            {
                var d = L.Multiply(
                    L.Load(in Unsafe.Add(ref y0, i)), L.Subtract(L.Load(in Unsafe.Add(ref dY0, i)), shift));
                if (accumulate) d = L.Add(d, L.Load(in Unsafe.Add(ref dX0, i)));
                L.Store(d, ref Unsafe.Add(ref dX0, i));
            }
            for (; i < y.Length; i++)
            {
                var d = y[i] * (dY[i] - dot);
                dX[i] = accumulate ? dX[i] + d : d;
            }
        }
    }
}
