using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>f(gate) · value. With dY in the place of the value it is the gradient by the value.</summary>
internal readonly struct Gated<T, TFunction>(TFunction f) : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : struct, IUnaryFunction<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V gate, V value)
        where V : unmanaged
        where L : ILanes<T, V> => L.Multiply(f.Apply<V, L>(gate), value);
}

/// <summary>dY · value · f'(gate): the gradient by the gate, given that of f from its input.</summary>
internal readonly struct GateGradient<T, TGradient>(TGradient gradient) : ITernaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TGradient : struct, IBinaryFunction<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V gate, V value)
        where V : unmanaged
        where L : ILanes<T, V> => gradient.Apply<V, L>(L.Multiply(dY, value), gate);
}

/// <summary>dY s (1 - s) with s = sigmoid x, from the input x.</summary>
internal readonly struct SigmoidGradientOfInput<T> : IBinaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V dY, V x)
        where V : unmanaged
        where L : ILanes<T, V> =>
        default(SigmoidGradient<T>).Apply<V, L>(dY, VectorMath<T, V, L>.Sigmoid(x));
}
