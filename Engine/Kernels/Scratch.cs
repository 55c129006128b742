using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>Memory that does not move and starts on a cache line.</summary>
internal readonly unsafe struct PinnedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[] array;

    public PinnedBuffer(long length)
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
}

/// <summary>Each thread's own memory for packed panels; it grows to the largest need and is then reused.</summary>
internal static unsafe class Scratch<T>
    where T : unmanaged
{
    [ThreadStatic]
    private static PinnedBuffer<T> buffer;

    /// <summary>Room for <paramref name="length"/> numbers, until this thread asks again.</summary>
    public static T* Rent(long length)
    {
        if (buffer.Length < length)
            buffer = new PinnedBuffer<T>(length + (length / 4));
        return buffer.Start;
    }
}
