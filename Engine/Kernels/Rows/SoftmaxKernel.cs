using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// Softmax over rows: y_j = exp(s x_j - max) / Σ exp(s x_k - max) with a scale s, and its derivative. Subtracting the
/// row's maximum changes nothing mathematically and keeps exp from overflowing.
/// </summary>
internal static class SoftmaxKernel
{
    /// <summary>Softmax of each row of <paramref name="columns"/> numbers; x and y may be the same.</summary>
    /// <param name="x">The rows.</param>
    /// <param name="y">Their softmax.</param>
    /// <param name="columns">The numbers of a row.</param>
    /// <param name="emptyIsZero">Whether a row of nothing but -infinity gives zeros, and not 0 / 0.</param>
    public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y, int columns, bool emptyIsZero = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.Run(new ForwardRows<T> { X = x, Y = y, Columns = columns, EmptyIsZero = emptyIsZero });

    /// <summary>dX = y (dY - Σ_k dY_k y_k) for each row.</summary>
    public static void Backward<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> dY, Span<T> dX, int columns, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.Run(new BackwardRows<T> { Y = y, DY = dY, DX = dX, Columns = columns, Accumulate = accumulate });

    /// <summary>One row; returns max and Σ exp(s x - max), from which log-sum-exp follows.</summary>
    public static (T Max, T Sum) Row<T, V, L>(ref readonly T x, ref T y, int count, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var (max, sum) = Exponentials<T, V, L>(in x, ref y, count, scale);
        Multiply<T, V, L>(ref y, count, T.One / sum);
        return (max, sum);
    }

    /// <summary>y = exp(s x - max); returns the maximum of s x and the sum of y.</summary>
    public static (T Max, T Sum) Exponentials<T, V, L>(ref readonly T x, ref T y, int count, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var factor = L.Broadcast(scale);
        var max = MaxOf<T, V, L>(in x, count) * scale;
        if (T.IsNegativeInfinity(max)) max = T.Zero; // exp(-inf - -inf) would be NaN
        var shift = L.Broadcast(-max);
        var sums = L.Broadcast(T.Zero);
        var i = 0;
        for (; i <= count - L.Count; i += L.Count)
        {
            var e = VectorMath<T, V, L>.Exp(L.FusedMultiplyAdd(L.Load(in At(in x, i)), factor, shift));
            sums = L.Add(sums, e);
            L.Store(e, ref Unsafe.Add(ref y, i));
        }
        if (i < count)
        {
            var rest = LaneTail.Load<T, V, L>(
                MemoryMarshal.CreateReadOnlySpan(in At(in x, i), count - i), T.NegativeInfinity);
            var e = VectorMath<T, V, L>.Exp(L.FusedMultiplyAdd(rest, factor, shift));
            sums = L.Add(sums, e);
            LaneTail.Store<T, V, L>(e, MemoryMarshal.CreateSpan(ref Unsafe.Add(ref y, i), count - i), false);
        }
        return (max, L.Sum(sums));
    }

    /// <summary>Row times a number.</summary>
    public static void Multiply<T, V, L>(ref T row, int count, T factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var factors = L.Broadcast(factor);
        var i = 0;
        for (; i <= count - L.Count; i += L.Count)
            L.Store(L.Multiply(L.Load(in Unsafe.Add(ref row, i)), factors), ref Unsafe.Add(ref row, i));
        for (; i < count; i++) Unsafe.Add(ref row, i) *= factor;
    }

    /// <summary>dX = s y (dP - Σ_k dP_k y_k) for one row, written or added.</summary>
    public static void BackwardRow<T, V, L>(
        ref readonly T y, ref readonly T dY, ref T dX, int count, T scale, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var dots = L.Broadcast(T.Zero);
        var i = 0;
        for (; i <= count - L.Count; i += L.Count)
            dots = L.FusedMultiplyAdd(L.Load(in At(in y, i)), L.Load(in At(in dY, i)), dots);
        var dot = L.Sum(dots);
        for (; i < count; i++) dot = T.FusedMultiplyAdd(At(in y, i), At(in dY, i), dot);

        var (means, factors) = (L.Broadcast(dot), L.Broadcast(scale));
        for (i = 0; i <= count - L.Count; i += L.Count)
        {
            var d = L.Multiply(L.Multiply(factors, L.Load(in At(in y, i))), L.Subtract(L.Load(in At(in dY, i)), means));
            if (accumulate) d = L.Add(d, L.Load(in Unsafe.Add(ref dX, i)));
            L.Store(d, ref Unsafe.Add(ref dX, i));
        }
        for (; i < count; i++)
        {
            var d = scale * At(in y, i) * (At(in dY, i) - dot);
            Unsafe.Add(ref dX, i) = accumulate ? Unsafe.Add(ref dX, i) + d : d;
        }
    }

    /// <summary>The largest of some numbers.</summary>
    public static T MaxOf<T, V, L>(ref readonly T x, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var maxima = L.Broadcast(T.NegativeInfinity);
        var i = 0;
        for (; i <= count - L.Count; i += L.Count) maxima = L.AtLeast(L.Load(in At(in x, i)), maxima);
        var max = i > 0 ? L.MaxOfNumbers(maxima) : T.NegativeInfinity;
        for (; i < count; i++) max = T.Max(max, At(in x, i));
        return max;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref readonly T At<T>(ref readonly T row, int i) => ref Unsafe.Add(ref Unsafe.AsRef(in row), i);

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
                var (_, sum) = Row<T, V, L>(
                    in MemoryMarshal.GetReference(X.Slice(row, Columns)), ref MemoryMarshal.GetReference(y), Columns,
                    T.One);
                if (EmptyIsZero && sum == T.Zero) y.Clear();
            }
        }
    }

    private ref struct BackwardRows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> Y;
        public ReadOnlySpan<T> DY;
        public Span<T> DX;
        public int Columns;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            for (var row = 0; row < Y.Length; row += Columns)
                BackwardRow<T, V, L>(
                    in MemoryMarshal.GetReference(Y.Slice(row, Columns)),
                    in MemoryMarshal.GetReference(DY.Slice(row, Columns)),
                    ref MemoryMarshal.GetReference(DX.Slice(row, Columns)), Columns, T.One, Accumulate);
        }
    }
}
