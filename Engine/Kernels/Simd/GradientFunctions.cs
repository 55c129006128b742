using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>dY / (2y) where y = sqrt x.</summary>
internal readonly struct SqrtGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V y)
        where V : unmanaged
        where L : ILanes<T, V> => L.Divide(dY, L.Add(y, y));
}

/// <summary>dY (1 - y²) where y = tanh x.</summary>
internal readonly struct TanhGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V y)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(dY, L.MultiplyAdd(L.Negate(y), y, L.Broadcast(T.One)));
}

/// <summary>dY y (1 - y) where y = sigmoid x.</summary>
internal readonly struct SigmoidGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V y)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(dY, L.MultiplyAdd(L.Negate(y), y, y));
}

/// <summary>dY where y = relu x is positive, else 0.</summary>
internal readonly struct ReluGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V y)
        where V : unmanaged
        where L : ILanes<T, V> =>
        L.Select(L.GreaterThan(y, L.Broadcast(T.Zero)), dY, L.Broadcast(T.Zero));
}

/// <summary>dY (Φ(x) + x φ(x)), from gelu's input x.</summary>
internal readonly struct GeluGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var distribution = VectorMath<T, V, L>.NormalDistribution(x, out var density);
        return L.Multiply(dY, L.MultiplyAdd(x, density, distribution));
    }
}

/// <summary>dY where x equals y, the largest of several x; else 0.</summary>
internal readonly struct WhereLargest<T> : ITernaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V y, V dY)
        where V : unmanaged
        where L : ILanes<T, V> => L.Select(L.LessThan(x, y), L.Broadcast(T.Zero), dY);
}

/// <summary>dY - e^y Σ dY where y = log softmax x.</summary>
internal readonly struct LogSoftmaxGradient<T>(T minusSum) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V y)
        where V : unmanaged
        where L : ILanes<T, V> => L.MultiplyAdd(VectorMath<T, V, L>.Exp(y), L.Broadcast(minusSum), dY);
}

/// <summary>-dY: the gradient of x - z by z. The second input is not used.</summary>
internal readonly struct NegateFirst<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Negate(dY);
}

/// <summary>-(dY y) / z: the derivative of y = x / z by z, for a first operand dY y.</summary>
internal readonly struct NegativeQuotient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V product, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Negate(L.Divide(product, z));
}

/// <summary>-(x z).</summary>
internal readonly struct NegativeProduct<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Negate(L.Multiply(x, z));
}
