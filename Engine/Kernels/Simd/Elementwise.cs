using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Engine.Kernels;

/// <summary>
/// Maps of spans, element by element. The tail is padded to a vector and takes the same instructions as the rest, so
/// an element's bits depend neither on its place nor on the span's length.
/// </summary>
/// <remarks>
/// All spans must have one length. The destination may be one of the inputs; it must not overlap them otherwise.
/// With <c>accumulate</c> the results are added to the destination.
/// </remarks>
internal static class Elementwise
{
    /// <summary>destination = f(x).</summary>
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Map<T, TFunction, Vector512<T>, Lanes512<T>>(function, x, destination, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Map<T, TFunction, Vector256<T>, Lanes256<T>>(function, x, destination, accumulate);
        else
            Map<T, TFunction, Vector128<T>, Lanes128<T>>(function, x, destination, accumulate);
    }

    /// <summary>destination = f(x, z).</summary>
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> z, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Map<T, TFunction, Vector512<T>, Lanes512<T>>(function, x, z, destination, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Map<T, TFunction, Vector256<T>, Lanes256<T>>(function, x, z, destination, accumulate);
        else
            Map<T, TFunction, Vector128<T>, Lanes128<T>>(function, x, z, destination, accumulate);
    }

    /// <summary>destination = f(x, z, w).</summary>
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> z, ReadOnlySpan<T> w, Span<T> destination,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, ITernaryFunction<T>
    {
        if (Vector512.IsHardwareAccelerated)
            Map<T, TFunction, Vector512<T>, Lanes512<T>>(function, x, z, w, destination, accumulate);
        else if (Vector256.IsHardwareAccelerated)
            Map<T, TFunction, Vector256<T>, Lanes256<T>>(function, x, z, w, destination, accumulate);
        else
            Map<T, TFunction, Vector128<T>, Lanes128<T>>(function, x, z, w, destination, accumulate);
    }

    /// <summary>destination = f(x, z) with one z for all.</summary>
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, T z, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T> =>
        Map(new WithSecond<T, TFunction>(function, z), x, destination, accumulate);

    /// <summary>destination = f(x, z) with one x for all.</summary>
    public static void Map<T, TFunction>(
        TFunction function, T x, ReadOnlySpan<T> z, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T> =>
        Map(new WithFirst<T, TFunction>(function, x), z, destination, accumulate);

    internal static void Map<T, TFunction, V, L>(
        TFunction function, ReadOnlySpan<T> x, Span<T> destination, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        LaneTail.RequireEqual(x.Length, destination.Length);
        ref readonly var source = ref LaneTail.First(x);
        ref var target = ref LaneTail.First(destination);
        var whole = x.Length - x.Length % L.Count;
        for (var i = 0; i < whole; i += L.Count)
        {
            ref var to = ref Unsafe.Add(ref target, i);
            var y = function.Apply<V, L>(L.Load(in LaneTail.At(in source, i)));
            L.Store(accumulate ? L.Add(L.Load(ref to), y) : y, ref to);
        }

        if (whole < x.Length)
        {
            var y = function.Apply<V, L>(LaneTail.Load<T, V, L>(x[whole..]));
            LaneTail.Store<T, V, L>(y, destination[whole..], accumulate);
        }
    }

    internal static void Map<T, TFunction, V, L>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> z, Span<T> destination, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        LaneTail.RequireEqual(x.Length, destination.Length);
        LaneTail.RequireEqual(z.Length, destination.Length);
        ref readonly var first = ref LaneTail.First(x);
        ref readonly var second = ref LaneTail.First(z);
        ref var target = ref LaneTail.First(destination);
        var whole = x.Length - x.Length % L.Count;
        for (var i = 0; i < whole; i += L.Count)
        {
            ref var to = ref Unsafe.Add(ref target, i);
            var y = function.Apply<V, L>(
                L.Load(in LaneTail.At(in first, i)), L.Load(in LaneTail.At(in second, i)));
            L.Store(accumulate ? L.Add(L.Load(ref to), y) : y, ref to);
        }

        if (whole < x.Length)
        {
            var y = function.Apply<V, L>(
                LaneTail.Load<T, V, L>(x[whole..]), LaneTail.Load<T, V, L>(z[whole..]));
            LaneTail.Store<T, V, L>(y, destination[whole..], accumulate);
        }
    }

    internal static void Map<T, TFunction, V, L>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> z, ReadOnlySpan<T> w, Span<T> destination,
        bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, ITernaryFunction<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        LaneTail.RequireEqual(x.Length, destination.Length);
        LaneTail.RequireEqual(z.Length, destination.Length);
        LaneTail.RequireEqual(w.Length, destination.Length);
        ref readonly var first = ref LaneTail.First(x);
        ref readonly var second = ref LaneTail.First(z);
        ref readonly var third = ref LaneTail.First(w);
        ref var target = ref LaneTail.First(destination);
        var whole = x.Length - x.Length % L.Count;
        for (var i = 0; i < whole; i += L.Count)
        {
            ref var to = ref Unsafe.Add(ref target, i);
            var y = function.Apply<V, L>(
                L.Load(in LaneTail.At(in first, i)), L.Load(in LaneTail.At(in second, i)),
                L.Load(in LaneTail.At(in third, i)));
            L.Store(accumulate ? L.Add(L.Load(ref to), y) : y, ref to);
        }

        if (whole < x.Length)
        {
            var y = function.Apply<V, L>(
                LaneTail.Load<T, V, L>(x[whole..]), LaneTail.Load<T, V, L>(z[whole..]),
                LaneTail.Load<T, V, L>(w[whole..]));
            LaneTail.Store<T, V, L>(y, destination[whole..], accumulate);
        }
    }

    private readonly struct WithSecond<T, TFunction>(TFunction function, T z) : IUnaryFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V x)
            where V : unmanaged
            where L : ILanes<T, V> => function.Apply<V, L>(x, L.Broadcast(z));
    }

    private readonly struct WithFirst<T, TFunction>(TFunction function, T x) : IUnaryFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V z)
            where V : unmanaged
            where L : ILanes<T, V> => function.Apply<V, L>(L.Broadcast(x), z);
    }
}
