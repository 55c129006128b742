using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Rotates pairs of neighbours: (x0 cos - x1 sin, x1 cos + x0 sin). The cosines hold each cosine twice, and the sines
/// hold -sin and sin, so that a rotation is one multiplication and one multiply-add.
/// </summary>
internal readonly struct Rotate<T> : ITernaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V cosines, V sines)
        where V : unmanaged
        where L : ILanes<T, V> => L.MultiplyAdd(L.SwapPairs(x), sines, L.Multiply(x, cosines));
}

/// <summary>Rotates pairs back: the transpose of <see cref="Rotate{T}"/>, and so its derivative.</summary>
internal readonly struct RotateBack<T> : ITernaryFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V, L>(V x, V cosines, V sines)
        where V : unmanaged
        where L : ILanes<T, V> => L.MultiplyAdd(L.Negate(L.SwapPairs(x)), sines, L.Multiply(x, cosines));
}
