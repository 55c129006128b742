using System.Numerics;
using System.Runtime.CompilerServices;

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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T> =>
        Widest<T>.Run(new Unary<T, TFunction>
        {
            Function = function, X = x, Destination = destination, Accumulate = accumulate,
        });

    /// <summary>destination = f(x, z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> z, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T> =>
        Widest<T>.Run(new Binary<T, TFunction>
        {
            Function = function, X = x, Z = z, Destination = destination, Accumulate = accumulate,
        });

    /// <summary>destination = f(x, z, w).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, ReadOnlySpan<T> z, ReadOnlySpan<T> w, Span<T> destination,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, ITernaryFunction<T> =>
        Widest<T>.Run(new Ternary<T, TFunction>
        {
            Function = function, X = x, Z = z, W = w, Destination = destination, Accumulate = accumulate,
        });

    /// <summary>destination = f(x, z) with one z for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TFunction>(
        TFunction function, ReadOnlySpan<T> x, T z, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T> =>
        Map(new WithSecond<T, TFunction>(function, z), x, destination, accumulate);

    /// <summary>destination = f(x, z) with one x for all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TFunction>(
        TFunction function, T x, ReadOnlySpan<T> z, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T> =>
        Map(new WithFirst<T, TFunction>(function, x), z, destination, accumulate);

    /// <summary>destination = f(x), for a kernel that has its width already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Map<T, TFunction, V, L>(
        TFunction function, ReadOnlySpan<T> x, Span<T> destination, bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
        where V : unmanaged
        where L : ILanes<T, V> =>
        new Unary<T, TFunction>
        {
            Function = function, X = x, Destination = destination, Accumulate = accumulate,
        }.Run<V, L>();

    private ref struct Unary<T, TFunction> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
    {
        public TFunction Function;
        public ReadOnlySpan<T> X;
        public Span<T> Destination;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            LaneTail.RequireEqual(X.Length, Destination.Length);
            var (function, accumulate) = (Function, Accumulate);
            // bounds: all spans have the destination's length, and whole vectors end at "whole", at most that length
            ref readonly var first = ref LaneTail.First(X);
            ref var target = ref LaneTail.First<T>(Destination);
            var whole = Destination.Length - (Destination.Length % L.Count);
            for (var i = 0; i < whole; i += L.Count)
            {
                ref var to = ref Unsafe.Add(ref target, i);
                var y = function.Apply<V, L>(L.Load(in LaneTail.At(in first, i)));
                L.Store(accumulate ? L.Add(L.Load(ref to), y) : y, ref to);
            }

            if (whole < Destination.Length)
            {
                var y = function.Apply<V, L>(LaneTail.Load<T, V, L>(X[whole..]));
                LaneTail.Store<T, V, L>(y, Destination[whole..], accumulate);
            }
        }
    }

    private ref struct Binary<T, TFunction> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        public TFunction Function;
        public ReadOnlySpan<T> X, Z;
        public Span<T> Destination;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            LaneTail.RequireEqual(X.Length, Destination.Length);
            LaneTail.RequireEqual(Z.Length, Destination.Length);
            var (function, accumulate) = (Function, Accumulate);
            // bounds: all spans have the destination's length, and whole vectors end at "whole", at most that length
            ref readonly var first = ref LaneTail.First(X);
            ref readonly var second = ref LaneTail.First(Z);
            ref var target = ref LaneTail.First<T>(Destination);
            var whole = Destination.Length - (Destination.Length % L.Count);
            for (var i = 0; i < whole; i += L.Count)
            {
                ref var to = ref Unsafe.Add(ref target, i);
                var y = function.Apply<V, L>(
                    L.Load(in LaneTail.At(in first, i)), L.Load(in LaneTail.At(in second, i)));
                L.Store(accumulate ? L.Add(L.Load(ref to), y) : y, ref to);
            }

            if (whole < Destination.Length)
            {
                var y = function.Apply<V, L>(
                    LaneTail.Load<T, V, L>(X[whole..]), LaneTail.Load<T, V, L>(Z[whole..]));
                LaneTail.Store<T, V, L>(y, Destination[whole..], accumulate);
            }
        }
    }

    private ref struct Ternary<T, TFunction> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, ITernaryFunction<T>
    {
        public TFunction Function;
        public ReadOnlySpan<T> X, Z, W;
        public Span<T> Destination;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            LaneTail.RequireEqual(X.Length, Destination.Length);
            LaneTail.RequireEqual(Z.Length, Destination.Length);
            LaneTail.RequireEqual(W.Length, Destination.Length);
            var (function, accumulate) = (Function, Accumulate);
            // bounds: all spans have the destination's length, and whole vectors end at "whole", at most that length
            ref readonly var first = ref LaneTail.First(X);
            ref readonly var second = ref LaneTail.First(Z);
            ref readonly var third = ref LaneTail.First(W);
            ref var target = ref LaneTail.First<T>(Destination);
            var whole = Destination.Length - (Destination.Length % L.Count);
            for (var i = 0; i < whole; i += L.Count)
            {
                ref var to = ref Unsafe.Add(ref target, i);
                var y = function.Apply<V, L>(
                    L.Load(in LaneTail.At(in first, i)), L.Load(in LaneTail.At(in second, i)),
                    L.Load(in LaneTail.At(in third, i)));
                L.Store(accumulate ? L.Add(L.Load(ref to), y) : y, ref to);
            }

            if (whole < Destination.Length)
            {
                var y = function.Apply<V, L>(
                    LaneTail.Load<T, V, L>(X[whole..]), LaneTail.Load<T, V, L>(Z[whole..]),
                    LaneTail.Load<T, V, L>(W[whole..]));
                LaneTail.Store<T, V, L>(y, Destination[whole..], accumulate);
            }
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
