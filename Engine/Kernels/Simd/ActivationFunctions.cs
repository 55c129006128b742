using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>x where it is positive, else slope · x (Maas et al. 2013); NaN stays.</summary>
internal readonly struct LeakyRelu<T>(T slope) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> =>
        L.Select(L.GreaterThan(x, L.Broadcast(T.Zero)), x, L.Multiply(x, L.Broadcast(slope)));
}

/// <summary>dY where x is positive, else slope · dY.</summary>
internal readonly struct LeakyReluGradient<T>(T slope) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V> =>
        L.Select(L.GreaterThan(x, L.Broadcast(T.Zero)), dY, L.Multiply(dY, L.Broadcast(slope)));
}

/// <summary>x where it is positive, else alpha (e^x - 1) (Clevert et al. 2016).</summary>
internal readonly struct Elu<T>(T alpha) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var zero = L.Broadcast(T.Zero);
        var below = L.Multiply(L.Broadcast(alpha), VectorMath<T, V, L>.ExpMinusOne(L.AtMost(x, zero)));
        return L.Select(L.GreaterThan(x, zero), x, below);
    }
}

/// <summary>dY where x is positive, else dY alpha e^x.</summary>
/// <remarks>From x and not from y + alpha = alpha e^x, which cancels where e^x is small.</remarks>
internal readonly struct EluGradient<T>(T alpha) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var zero = L.Broadcast(T.Zero);
        var below = L.Multiply(L.Broadcast(alpha), VectorMath<T, V, L>.Exp(L.AtMost(x, zero)));
        return L.Multiply(dY, L.Select(L.GreaterThan(x, zero), L.Broadcast(T.One), below));
    }
}

/// <summary>ln(1 + e^x), as max(x, 0) + ln(1 + e^-|x|), which overflows nowhere.</summary>
internal readonly struct Softplus<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> =>
        L.Add(L.AtLeast(x, L.Broadcast(T.Zero)), VectorMath<T, V, L>.SoftplusOfMinusAbs(x));
}

/// <summary>dY / (1 + e^-x), from softplus's input x.</summary>
internal readonly struct SoftplusGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(dY, VectorMath<T, V, L>.Sigmoid(x));
}

/// <summary>x (1 + tanh u) / 2 with u = sqrt(2/π) (x + 0.044715 x³) (Hendrycks and Gimpel 2016).</summary>
internal readonly struct GeluTanh<T> : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(x, VectorMath<T, V, L>.NormalDistributionByTanh(x, out _));
}

/// <summary>dY (P(x) + x P'(x)) with P(x) = (1 + tanh u) / 2, from the input x.</summary>
internal readonly struct GeluTanhGradient<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var distribution = VectorMath<T, V, L>.NormalDistributionByTanh(x, out var density);
        return L.Multiply(dY, L.MultiplyAdd(x, density, distribution));
    }
}

/// <summary>x sigmoid(beta x) (Ramachandran et al. 2017).</summary>
internal readonly struct Swish<T>(T beta) : IUnaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(x, VectorMath<T, V, L>.Sigmoid(L.Multiply(x, L.Broadcast(beta))));
}

/// <summary>dY (s + beta x s (1 - s)) with s = sigmoid(beta x), from swish's input x.</summary>
internal readonly struct SwishGradient<T>(T beta) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var b = L.Broadcast(beta);
        var s = VectorMath<T, V, L>.Sigmoid(L.Multiply(b, x));
        // Not beta x first: it may be infinite where s (1 - s) is 0.
        var slope = L.Multiply(L.Multiply(s, L.Subtract(L.Broadcast(T.One), s)), x);
        return L.Multiply(dY, L.MultiplyAdd(slope, b, s));
    }
}

/// <summary>dY x² s (1 - s) with s = sigmoid(beta x): an element's share of swish's gradient by beta.</summary>
internal readonly struct SwishGradientOfBeta<T>(T beta) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var s = VectorMath<T, V, L>.Sigmoid(L.Multiply(x, L.Broadcast(beta)));
        // Not x² first: it may overflow where s (1 - s) is 0.
        var slope = L.Multiply(L.Multiply(s, L.Subtract(L.Broadcast(T.One), s)), x);
        return L.Multiply(dY, L.Multiply(slope, x));
    }
}
