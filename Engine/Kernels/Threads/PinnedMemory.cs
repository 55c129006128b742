using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Memory that does not move and starts on a cache line: a vector load that straddles two lines costs double, and the
/// managed heap aligns arrays to 8 bytes only.
/// </summary>
internal readonly unsafe struct PinnedMemory<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[] array;

    /// <summary>Memory for <paramref name="length"/> numbers, whose values are undefined.</summary>
    public PinnedMemory(long length)
    {
        var padded = checked((int)(length + (Alignment / sizeof(T))));
        array = GC.AllocateUninitializedArray<T>(padded, pinned: true);
        Length = length;
    }

    public long Length { get; }

    public T* Start
    {
        get
        {
            var address = (nint)Unsafe.AsPointer(ref array[0]);
            return (T*)((address + Alignment - 1) & -Alignment);
        }
    }

    /// <summary>The memory as a span, which also keeps it alive.</summary>
    public Span<T> Span
    {
        get
        {
            ref var first = ref array[0];
            var offset = (int)(Start - (T*)Unsafe.AsPointer(ref first));
            return array.AsSpan(offset, (int)Length);
        }
    }
}
