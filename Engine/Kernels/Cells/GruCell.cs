using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// r = σ(a_r + u_r), z = σ(a_z + u_z), n = tanh(a_n + r u_n), h' = (1 - z) n + z h, for a = x Wᵀ + b and
/// u = h Uᵀ + c. Saves r, z, n and u_n.
/// </summary>
internal readonly struct GruCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 3;

    public static int States => 1;

    public static int Saved => 4;

    public static bool AddsProducts => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, L>(
        Blocks<T> projected, Blocks<T> hidden, Blocks<T> before, Blocks<T> saved, Blocks<T> after)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: each row has Gates, States or Saved blocks, and the blocks here are below these counts
        var r = VectorMath<T, V, L>.Sigmoid(L.Add(projected.Load<V, L>(0), hidden.Load<V, L>(0)));
        var z = VectorMath<T, V, L>.Sigmoid(L.Add(projected.Load<V, L>(1), hidden.Load<V, L>(1)));
        var u = hidden.Load<V, L>(2);
        var n = VectorMath<T, V, L>.Tanh(L.MultiplyAdd(r, u, projected.Load<V, L>(2)));
        // In this form z = 1 copies h and z = 0 forgets it, to the last bit.
        var h = L.MultiplyAdd(L.Subtract(L.Broadcast(T.One), z), n, L.Multiply(z, before.Load<V, L>(0)));
        saved.Store<V, L>(0, r);
        saved.Store<V, L>(1, z);
        saved.Store<V, L>(2, n);
        saved.Store<V, L>(3, u);
        after.Store<V, L>(0, h);
    }

    /// <summary>
    /// dA_n = dH' (1 - z) (1 - n²), dA_z = dH' (h - n) z (1 - z), dA_r = dA_n u_n r (1 - r); dU is the same but for
    /// dU_n = r dA_n; dH = z dH'.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, L>(
        Blocks<T> saved, Blocks<T> before, Blocks<T> after, Blocks<T> dState, Blocks<T> dProjected, Blocks<T> dHidden)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: each row has Gates, States or Saved blocks, and the blocks here are below these counts
        var (r, z) = (saved.Load<V, L>(0), saved.Load<V, L>(1));
        var (n, u) = (saved.Load<V, L>(2), saved.Load<V, L>(3));
        var dH = dState.Load<V, L>(0);
        var keep = L.Multiply(dH, L.Subtract(L.Broadcast(T.One), z));
        var dN = default(TanhGradient<T>).Apply<V, L>(keep, n);
        var dZ = default(SigmoidGradient<T>).Apply<V, L>(
            L.Multiply(dH, L.Subtract(before.Load<V, L>(0), n)), z);
        var dR = default(SigmoidGradient<T>).Apply<V, L>(L.Multiply(dN, u), r);
        dProjected.Store<V, L>(0, dR);
        dProjected.Store<V, L>(1, dZ);
        dProjected.Store<V, L>(2, dN);
        dHidden.Store<V, L>(0, dR);
        dHidden.Store<V, L>(1, dZ);
        dHidden.Store<V, L>(2, L.Multiply(dN, r));
        dState.Store<V, L>(0, L.Multiply(dH, z));
    }
}
