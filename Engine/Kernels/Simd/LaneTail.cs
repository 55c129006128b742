using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// What the loops by whole vectors share: how they load and store the last numbers of a span, which fill no vector.
/// </summary>
internal static class LaneTail
{
    /// <summary>Loads fewer numbers than a vector has lanes; the other lanes are <paramref name="pad"/>.</summary>
    public static V Load<T, V, L>(ReadOnlySpan<T> source, T pad = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        var padded = L.Broadcast(pad);
        // bounds: CopyTo throws where the source is longer than the vector
        source.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<V, T>(ref padded), L.Count));
        return padded;
    }

    /// <summary>Stores the first lanes, one for each number of the destination, or adds them to it.</summary>
    public static void Store<T, V, L>(V value, Span<T> destination, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where V : unmanaged
        where L : ILanes<T, V>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, L.Count);
        if (accumulate)
            value = L.Add(Load<T, V, L>(destination), value);
        // bounds: the vector has L.Count numbers; a longer destination is refused
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<V, T>(ref value), destination.Length).CopyTo(destination);
    }

    /// <summary>a · b + c of one number, rounded as <see cref="ILanes{T, V}.MultiplyAdd"/> rounds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MultiplyAdd<T>(T a, T b, T c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        KernelWidth.IsFused ? T.FusedMultiplyAdd(a, b, c) : (a * b) + c;

    // bounds: the caller states them
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T First<T>(ReadOnlySpan<T> span) => ref MemoryMarshal.GetReference(span);

    // bounds: the caller states them
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref readonly T At<T>(ref readonly T first, int index) =>
        ref Unsafe.Add(ref Unsafe.AsRef(in first), index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RequireEqual(int length, int expected)
    {
        if (length != expected)
            Throw(length, expected);

        static void Throw(int length, int expected) => throw new ArgumentException(
            $"An input has {length} elements and the destination {expected}; all spans must have one length.");
    }
}
