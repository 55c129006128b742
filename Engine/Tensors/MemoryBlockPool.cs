using System.Collections.Concurrent;
using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The memory blocks of one running step, kept for the next step. Lengths are rounded up, with four lengths for each
/// power of two, so that batches of changing length reuse the blocks of earlier batches. One thread uses a pool at a
/// time.
/// </summary>
/// <remarks>
/// A pool that holds more than <see cref="Spare"/> numbers, and more than twice what its largest step used, lets go of
/// the blocks that were not used for the longest time. Otherwise steps of every size would leave blocks of every
/// length, several times the memory of the largest step.
/// </remarks>
internal sealed class MemoryBlockPool<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int SmallestLength = 64;

    /// <summary>The numbers that a pool may hold whatever its steps use; 256 MB of float.</summary>
    private const long Spare = 1 << 26;

    // Each of the steps that run at the same time takes a pool; a step that ends leaves its pool to the next step.
    private static readonly ConcurrentBag<MemoryBlockPool<T>> Idle = [];

    private readonly Dictionary<int, Stack<MemoryBlock<T>>> free = [];
    private long held, inUse, mostInUse, step; // numbers, and the count of steps

    /// <summary>
    /// Whether returned blocks are filled with NaN. Tests set it: a read after the end of a step then shows.
    /// </summary>
    internal static bool PoisonReturned { get; set; }

    public static MemoryBlockPool<T> Take() => Idle.TryTake(out var pool) ? pool : new MemoryBlockPool<T>();

    /// <summary>The blocks that the step holds until it ends.</summary>
    public List<MemoryBlock<T>> Lent { get; } = [];

    /// <summary>Takes the lent blocks back and leaves the pool to the next step.</summary>
    public void Leave()
    {
        EndStep(Spare);
        Idle.Add(this);
    }

    /// <summary>Takes the lent blocks back, and lets go of blocks beyond the pool's limit.</summary>
    /// <param name="spare">The numbers that the pool may hold whatever its steps use.</param>
    internal void EndStep(long spare)
    {
        foreach (var block in Lent) Return(block);
        Lent.Clear();
        (held, inUse) = (held - inUse, 0); // blocks that a failure kept from returning are lost to the pool
        step++;
        var most = Math.Max(spare, 2 * mostInUse);
        if (held > most) LetGo(most);
    }

    /// <summary>A block of at least <paramref name="count"/> numbers, whose values are undefined.</summary>
    /// <exception cref="ShapeException">More than <see cref="PinnedMemory.Longest"/> numbers.</exception>
    public MemoryBlock<T> Rent(long count)
    {
        var length = RoundUp(count);
        inUse += length;
        mostInUse = Math.Max(mostInUse, inUse);
        if (free.TryGetValue(length, out var stack) && stack.TryPop(out var block)) return block;
        held += length;
        return new MemoryBlock<T>(length);
    }

    public void Return(MemoryBlock<T> block)
    {
        if (PoisonReturned) block.Span.Fill(T.NaN);
        Keep(block);
        inUse -= block.Length;
        block.LastStep = step;
    }

    /// <summary>The numbers of all blocks of the pool, in use or free.</summary>
    public long Held => held;

    private void LetGo(long most)
    {
        var (blocks, kept) = (free.Values.SelectMany(stack => stack).OrderByDescending(block => block.LastStep), 0L);
        MemoryBlock<T>[] stay = [.. blocks.TakeWhile(block => (kept += block.Length) <= most)];
        free.Clear();
        foreach (var block in stay.Reverse()) Keep(block); // the block that was used last comes out first
        held = stay.Sum(block => (long)block.Length);
    }

    private void Keep(MemoryBlock<T> block)
    {
        if (!free.TryGetValue(block.Length, out var stack)) free[block.Length] = stack = new Stack<MemoryBlock<T>>();
        stack.Push(block);
    }

    /// <summary>The length of the block that holds <paramref name="count"/> numbers: at least the count.</summary>
    internal static int RoundUp(long count)
    {
        if (count > PinnedMemory.Longest)
            throw new ShapeException(
                $"A step needs {count} numbers in one piece of memory; at most {PinnedMemory.Longest} fit. Use smaller "
                + "batches or shorter sequences.");
        if (count <= SmallestLength) return SmallestLength;
        var step = 1L << (BitOperations.Log2((uint)(count - 1)) - 2);
        return (int)Math.Min((count + step - 1) / step * step, PinnedMemory.Longest);
    }
}
