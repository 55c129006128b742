using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// -t ln s - (1 - t) ln(1 - s) with s = sigmoid x, as max(x, 0) - x t + ln(1 + e^-|x|), which overflows nowhere.
/// </summary>
internal readonly struct BinaryCrossEntropy<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V t)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // The first two terms by themselves: where they cancel, the logarithm is all that is left.
        var linear = L.MultiplyAdd(L.Negate(x), t, L.AtLeast(x, L.Broadcast(T.Zero)));
        return L.Add(linear, VectorMath<T, V, L>.SoftplusOfMinusAbs(x));
    }
}

/// <summary>factor · (sigmoid x - t).</summary>
internal readonly struct BinaryCrossEntropyGradient<T>(T factor) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V t)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(L.Subtract(VectorMath<T, V, L>.Sigmoid(x), t), L.Broadcast(factor));
}

/// <summary>p (ln p - ln q) from ln q and p; 0 where p is 0.</summary>
internal readonly struct KlTerm<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V logQ, V p)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var term = L.Multiply(p, L.Subtract(VectorMath<T, V, L>.Log(p), logQ));
        // Not p > 0: where p is NaN, or negative, the term shall be NaN.
        return L.Select(L.GreaterThan(L.Abs(p), L.Broadcast(T.Zero)), term, p);
    }
}

/// <summary>factor · (ln p + 1 - ln q); 0 where p is 0.</summary>
internal readonly struct KlGradientOfTarget<T>(T factor) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V logQ, V p)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var slope = L.Add(L.Subtract(VectorMath<T, V, L>.Log(p), logQ), L.Broadcast(T.One));
        return L.Select(L.GreaterThan(L.Abs(p), L.Broadcast(T.Zero)), L.Multiply(slope, L.Broadcast(factor)), p);
    }
}
