using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>The limits of one piece of memory.</summary>
internal static class PinnedMemory
{
    /// <summary>The bytes of a cache line, on which memory begins.</summary>
    public const int Alignment = 64;

    /// <summary>
    /// The most numbers of one piece of memory, whatever their type: an array of .NET holds a few more, which the
    /// alignment takes.
    /// </summary>
    public static int Longest => Array.MaxLength - Alignment;
}

/// <summary>
/// Memory that does not move. Its own memory starts on a cache line: a vector load across two lines costs double, and
/// the managed heap aligns arrays to 8 bytes only. Borrowed memory lies where its owner has put it.
/// </summary>
internal readonly unsafe struct PinnedMemory<T>
    where T : unmanaged
{
    private readonly T[]? array;
    private readonly T* borrowed;

    /// <summary>Memory for <paramref name="length"/> numbers, whose values are undefined.</summary>
    /// <exception cref="ArgumentException">More than <see cref="PinnedMemory.Longest"/> numbers.</exception>
    public PinnedMemory(long length)
    {
        if (length > PinnedMemory.Longest)
            throw new ArgumentException(
                $"{length} numbers lie in one piece of memory, with their padding; at most {PinnedMemory.Longest} do. "
                + "Use smaller tensors.");
        array = GC.AllocateUninitializedArray<T>((int)length + (PinnedMemory.Alignment / sizeof(T)), pinned: true);
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
            // bounds: the array has a cache line more than the numbers that begin on its first line
            var address = (nint)Unsafe.AsPointer(ref array[0]);
            return (T*)((address + PinnedMemory.Alignment - 1) & -PinnedMemory.Alignment);
        }
    }

    /// <summary>The memory as a span, which also keeps it alive.</summary>
    public Span<T> Span
    {
        get
        {
            // bounds: the owner of borrowed memory has said its length; AsSpan checks that of an own array
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
