using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Sums over a span. The order of the additions follows from the length alone, so the bits are the same in every run
/// and at every vector width.
/// </summary>
internal static class Reductions
{
    /// <summary>Σ x; 0 of nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce<T, SumTerms<T>>(x, x);

    /// <summary>Σ x²; 0 of nothing.</summary>
    public static T SumOfSquares<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Dot(x, x);

    /// <summary>Σ |x|; 0 of nothing.</summary>
    public static T SumOfMagnitudes<T>(ReadOnlySpan<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce<T, SumMagnitudes<T>>(x, x);

    /// <summary>Σ x·z; 0 of nothing.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Dot<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Reduce<T, SumProducts<T>>(x, z);

    private static T Reduce<T, TReduction>(ReadOnlySpan<T> x, ReadOnlySpan<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReduction : struct, IReduction<T>
    {
        var result = default(T);
        Widest<T>.RunAs512(new Kernel<T, TReduction> { X = x, Z = z, Result = ref result });
        return result;
    }

    private ref struct Kernel<T, TReduction> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReduction : struct, IReduction<T>
    {
        public ReadOnlySpan<T> X, Z;
        public ref T Result;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V> => Result = Reduce<T, TReduction, V, L>(X, Z);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Reduce<T, TReduction, V, L>(ReadOnlySpan<T> x, ReadOnlySpan<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReduction : struct, IReduction<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        LaneTail.RequireEqual(z.Length, x.Length);
        // bounds: x and z have one length, and each loop ends a whole vector before it
        ref readonly var first = ref LaneTail.First(x);
        ref readonly var second = ref LaneTail.First(z);
        var start = L.Broadcast(TReduction.Start);
        // Four chains, since an addition waits four cycles for the addition before it.
        var (a, b, c, d) = (start, start, start, start);
        var i = 0;
        for (; i <= x.Length - 4 * L.Count; i += 4 * L.Count)
        {
            a = TReduction.Take<V, L>(a, At(in first, i), At(in second, i));
            b = TReduction.Take<V, L>(b, At(in first, i + L.Count), At(in second, i + L.Count));
            c = TReduction.Take<V, L>(c, At(in first, i + 2 * L.Count), At(in second, i + 2 * L.Count));
            d = TReduction.Take<V, L>(d, At(in first, i + 3 * L.Count), At(in second, i + 3 * L.Count));
        }

        for (; i <= x.Length - L.Count; i += L.Count)
            a = TReduction.Take<V, L>(a, At(in first, i), At(in second, i));
        if (i < x.Length)
        {
            b = TReduction.Take<V, L>(
                b, LaneTail.Load<T, V, L>(x[i..], TReduction.Start), LaneTail.Load<T, V, L>(z[i..], TReduction.Start));
        }

        return TReduction.Across<V, L>(
            TReduction.Join<V, L>(TReduction.Join<V, L>(a, b), TReduction.Join<V, L>(c, d)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static V At(ref readonly T first, int index) => L.Load(in LaneTail.At(in first, index));
    }

    /// <summary>
    /// How a reduction starts, takes one more pair of vectors, joins its chains, and reduces a vector.
    /// </summary>
    internal interface IReduction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>
        /// The result of an empty span. A pair of it changes no result, so that it also pads the end.
        /// </summary>
        static abstract T Start { get; }

        static abstract V Take<V, L>(V soFar, V x, V z)
            where V : unmanaged
            where L : ILanes<T, V>;

        static abstract V Join<V, L>(V a, V b)
            where V : unmanaged
            where L : ILanes<T, V>;

        static abstract T Across<V, L>(V soFar)
            where V : unmanaged
            where L : ILanes<T, V>;
    }

    internal readonly struct SumTerms<T> : IReduction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Start => T.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Take<V, L>(V soFar, V x, V z)
            where V : unmanaged
            where L : ILanes<T, V> => L.Add(soFar, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, L>(V a, V b)
            where V : unmanaged
            where L : ILanes<T, V> => L.Add(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Across<V, L>(V soFar)
            where V : unmanaged
            where L : ILanes<T, V> => L.Sum(soFar);
    }

    internal readonly struct SumMagnitudes<T> : IReduction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Start => T.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Take<V, L>(V soFar, V x, V z)
            where V : unmanaged
            where L : ILanes<T, V> => L.Add(soFar, L.Abs(x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, L>(V a, V b)
            where V : unmanaged
            where L : ILanes<T, V> => L.Add(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Across<V, L>(V soFar)
            where V : unmanaged
            where L : ILanes<T, V> => L.Sum(soFar);
    }

    internal readonly struct SumProducts<T> : IReduction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Start => T.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Take<V, L>(V soFar, V x, V z)
            where V : unmanaged
            where L : ILanes<T, V> => L.MultiplyAdd(x, z, soFar);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Join<V, L>(V a, V b)
            where V : unmanaged
            where L : ILanes<T, V> => L.Add(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Across<V, L>(V soFar)
            where V : unmanaged
            where L : ILanes<T, V> => L.Sum(soFar);
    }
}
