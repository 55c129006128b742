using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// i, f, o = σ(a + u) and g = tanh(a + u) of their blocks, c' = f c + i g, h' = o tanh c', for a = x Wᵀ + b and
/// u = h Uᵀ + c. Saves i, f, g and o.
/// </summary>
internal readonly struct LstmCell<T> : IRecurrentCell<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Gates => 4;

    public static int States => 2;

    public static int Saved => 4;

    public static bool AddsProducts => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Forward<V, L>(
        Blocks<T> projected, Blocks<T> hidden, Blocks<T> before, Blocks<T> saved, Blocks<T> after)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: each row has Gates, States or Saved blocks, and the blocks here are below these counts
        var i = VectorMath<T, V, L>.Sigmoid(L.Add(projected.Load<V, L>(0), hidden.Load<V, L>(0)));
        var f = VectorMath<T, V, L>.Sigmoid(L.Add(projected.Load<V, L>(1), hidden.Load<V, L>(1)));
        var g = VectorMath<T, V, L>.Tanh(L.Add(projected.Load<V, L>(2), hidden.Load<V, L>(2)));
        var o = VectorMath<T, V, L>.Sigmoid(L.Add(projected.Load<V, L>(3), hidden.Load<V, L>(3)));
        var c = L.MultiplyAdd(i, g, L.Multiply(f, before.Load<V, L>(1)));
        saved.Store<V, L>(0, i);
        saved.Store<V, L>(1, f);
        saved.Store<V, L>(2, g);
        saved.Store<V, L>(3, o);
        after.Store<V, L>(0, L.Multiply(o, VectorMath<T, V, L>.Tanh(c)));
        after.Store<V, L>(1, c);
    }

    /// <summary>
    /// dO = dH' tanh c', dC = dC' + dH' o (1 - tanh² c'), dI = dC g, dF = dC c, dG = dC i, each times the derivative
    /// of its σ or tanh; c takes dC f.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Backward<V, L>(
        Blocks<T> saved, Blocks<T> before, Blocks<T> after, Blocks<T> dState, Blocks<T> dProjected, Blocks<T> dHidden)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // bounds: each row has Gates, States or Saved blocks, and the blocks here are below these counts
        var (i, f) = (saved.Load<V, L>(0), saved.Load<V, L>(1));
        var (g, o) = (saved.Load<V, L>(2), saved.Load<V, L>(3));
        var tanh = VectorMath<T, V, L>.Tanh(after.Load<V, L>(1));
        var dH = dState.Load<V, L>(0);
        var dC = L.Add(
            dState.Load<V, L>(1), default(TanhGradient<T>).Apply<V, L>(L.Multiply(dH, o), tanh));
        dProjected.Store<V, L>(0, default(SigmoidGradient<T>).Apply<V, L>(L.Multiply(dC, g), i));
        dProjected.Store<V, L>(
            1, default(SigmoidGradient<T>).Apply<V, L>(L.Multiply(dC, before.Load<V, L>(1)), f));
        dProjected.Store<V, L>(2, default(TanhGradient<T>).Apply<V, L>(L.Multiply(dC, i), g));
        dProjected.Store<V, L>(3, default(SigmoidGradient<T>).Apply<V, L>(L.Multiply(dH, tanh), o));
        dState.Store<V, L>(0, L.Broadcast(T.Zero));
        dState.Store<V, L>(1, L.Multiply(dC, f));
    }
}
