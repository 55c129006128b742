using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// The last numbers of a row, too few for a vector: moved through a whole vector, so that the same instructions
/// compute them as compute the rest.
/// </summary>
internal static class Partial<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : ILanes<T, V>
{
    /// <summary><paramref name="count"/> numbers, the other lanes filled with <paramref name="fill"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static V Load(ref readonly T source, int count, T fill)
    {
        var vector = L.Broadcast(fill);
        ref var lane = ref Unsafe.As<V, T>(ref vector);
        for (var i = 0; i < count; i++) Unsafe.Add(ref lane, i) = Unsafe.Add(ref Unsafe.AsRef(in source), i);
        return vector;
    }

    /// <summary>Writes the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store(V vector, ref T destination, int count)
    {
        ref var lane = ref Unsafe.As<V, T>(ref vector);
        for (var i = 0; i < count; i++) Unsafe.Add(ref destination, i) = Unsafe.Add(ref lane, i);
    }
}
