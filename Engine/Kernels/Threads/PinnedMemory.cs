using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>
/// Memory that does not move. Its own memory starts on a cache line: a vector load across two lines costs double, and
/// the managed heap aligns arrays to 8 bytes only. Borrowed memory lies where its owner has put it.
/// </summary>
internal readonly unsafe struct PinnedMemory<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly T[]? array;
    private readonly T* borrowed;

    /// <summary>Memory for <paramref name="length"/> numbers, whose values are undefined.</summary>
    public PinnedMemory(long length)
    {
        var padded = checked((int)(length + (Alignment / sizeof(T))));
        array = GC.AllocateUninitializedArray<T>(padded, pinned: true);
        Length = length;
    }

    private PinnedMemory(T* borrowed, int length)
    {
        this.borrowed = borrowed;
        Length = length;
    }

    public long Length { get; }

    public T* Start
    {
        get
        {
            if (array is null) return borrowed;
            var address = (nint)Unsafe.AsPointer(ref array[0]);
            return (T*)((address + Alignment - 1) & -Alignment);
        }
    }

    /// <summary>The memory as a span, which also keeps it alive.</summary>
    public Span<T> Span
    {
        get
        {
            if (array is null) return new Span<T>(borrowed, (int)Length);
            ref var first = ref array[0];
            var offset = (int)(Start - (T*)Unsafe.AsPointer(ref first));
            return array.AsSpan(offset, (int)Length);
        }
    }

    /// <summary>Calls <paramref name="use"/> with somebody else's memory, which stays in its place meanwhile.</summary>
    public static TResult Borrow<TResult>(ref readonly T first, int length, Func<PinnedMemory<T>, TResult> use)
    {
        // bounds: the caller says the length of the memory that begins at first
        fixed (T* start = &first) return use(new PinnedMemory<T>(start, length));
    }
}
