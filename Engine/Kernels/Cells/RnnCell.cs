using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>h' = tanh(a + u), for a = x Wᵀ + b and u = h Uᵀ + c.</summary>
internal readonly struct RnnCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 1;

    public static int States => 1;

    public static int Saved => 0;

    public static bool AddsProducts => true;

    // bounds: each row has one block
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, L>(
        Blocks<T> projected, Blocks<T> hidden, Blocks<T> before, Blocks<T> saved, Blocks<T> after)
        where V : unmanaged
        where L : ILanes<T, V> =>
        after.Store<V, L>(
            0, VectorMath<T, V, L>.Tanh(L.Add(projected.Load<V, L>(0), hidden.Load<V, L>(0))));

    /// <summary>dA = dH' (1 - h'²).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, L>(
        Blocks<T> saved, Blocks<T> before, Blocks<T> after, Blocks<T> dState, Blocks<T> dProjected, Blocks<T> dHidden)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: each row has Gates, States or Saved blocks, and the blocks here are below these counts
        dProjected.Store<V, L>(
            0, default(TanhGradient<T>).Apply<V, L>(dState.Load<V, L>(0), after.Load<V, L>(0)));
        dState.Store<V, L>(0, L.Broadcast(T.Zero));
    }
}
