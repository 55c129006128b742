using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>x + z.</summary>
internal readonly struct Add<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Add(x, z);
}

/// <summary>x - z.</summary>
internal readonly struct Subtract<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Subtract(x, z);
}

/// <summary>x · z; with z = e^x also the derivative of exp.</summary>
internal readonly struct Multiply<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(x, z);
}

/// <summary>x / z; also the derivative of ln z, for an upstream gradient x.</summary>
internal readonly struct Divide<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Divide(x, z);
}

/// <summary>factor · x.</summary>
internal readonly struct Scale<T>(T factor) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(x, L.Broadcast(factor));
}

/// <summary>x · first · second, in this order: the product of the factors may be out of range.</summary>
internal readonly struct ScaleTwice<T>(T first, T second) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(L.Multiply(x, L.Broadcast(first)), L.Broadcast(second));
}

/// <summary>factor · sign(x), 0 at 0; NaN stays.</summary>
internal readonly struct Sign<T>(T factor) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        // Where x is 0 or NaN, x itself is the answer.
        var sign = L.Select(L.GreaterThan(L.Abs(x), L.Broadcast(T.Zero)), L.CopySign(L.Broadcast(T.One), x), x);
        return L.Multiply(sign, L.Broadcast(factor));
    }
}

/// <summary>e^x.</summary>
internal readonly struct Exp<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => VectorMath<T, V, L>.Exp(x);
}

/// <summary>e^((x - shift) scale): a softmax's numerators at the temperature 1 / scale.</summary>
internal readonly struct Tempered<T>(T shift, T scale) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> =>
        VectorMath<T, V, L>.Exp(L.Multiply(L.Subtract(x, L.Broadcast(shift)), L.Broadcast(scale)));
}

/// <summary>ln x.</summary>
internal readonly struct Log<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => VectorMath<T, V, L>.Log(x);
}

/// <summary>The square root of x.</summary>
internal readonly struct Sqrt<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Sqrt(x);
}

/// <summary>1 / √(x + epsilon): the rstd of a variance x.</summary>
internal readonly struct InverseSqrt<T>(T epsilon) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Divide(L.Broadcast(T.One), L.Sqrt(L.Add(x, L.Broadcast(epsilon))));
}

/// <summary>tanh x.</summary>
internal readonly struct Tanh<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => VectorMath<T, V, L>.Tanh(x);
}

/// <summary>1 / (1 + e^-x).</summary>
internal readonly struct Sigmoid<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => VectorMath<T, V, L>.Sigmoid(x);
}

/// <summary>max(x, 0); NaN stays.</summary>
internal readonly struct Relu<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.AtLeast(x, L.Broadcast(T.Zero));
}

/// <summary>x, but at most maximum and at least -maximum; NaN stays.</summary>
internal readonly struct Clamp<T>(T maximum) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.AtLeast(L.AtMost(x, L.Broadcast(maximum)), L.Broadcast(-maximum));
}

/// <summary>max(x, z); NaN if either is.</summary>
internal readonly struct Larger<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V z)
        where V : unmanaged
        where L : ILanes<T, V> => L.Max(x, z);
}

/// <summary>x Φ(x), exactly and not by its tanh approximation (Hendrycks and Gimpel 2016).</summary>
internal readonly struct Gelu<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(x, VectorMath<T, V, L>.NormalDistribution(x, out _));
}
