using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine;

/// <summary>
/// Memory for numbers that starts at a multiple of 64 bytes: a vector load that straddles two cache lines costs
/// double, and the managed heap aligns arrays to 8 bytes only. The array is pinned so that the alignment lasts.
/// </summary>
internal sealed class Buffer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Alignment = 64;

    private readonly T[] array;
    private readonly int start;

    /// <summary>Memory for <paramref name="length"/> numbers, whose values are undefined.</summary>
    public Buffer(int length)
    {
        var padding = Alignment / Unsafe.SizeOf<T>();
        array = GC.AllocateUninitializedArray<T>(length + padding, pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        start = (int)((-address) & (Alignment - 1)) / Unsafe.SizeOf<T>();
        Length = length;
    }

    public int Length { get; }

    public Span<T> Span => array.AsSpan(start, Length);
}
