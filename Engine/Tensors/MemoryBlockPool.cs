using System.Collections.Concurrent;
using System.Numerics;

namespace Engine;

/// <summary>
/// The buffers of one running step, kept for the next one. Sizes are rounded up to four steps per power of two, so
/// that batches of changing length find what earlier ones left. Used by one thread at a time.
/// </summary>
internal sealed class MemoryBlockPool<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int SmallestLength = 64;

    // Steps that run at the same time take a pool each; a finished step leaves its pool for the next.
    private static readonly ConcurrentBag<MemoryBlockPool<T>> Idle = [];

    private readonly Dictionary<int, Stack<MemoryBlock<T>>> free = [];

    /// <summary>Set by tests: fills what is returned with NaN, so that a read after the end shows.</summary>
    internal static bool PoisonReturned { get; set; }

    public static MemoryBlockPool<T> Take() => Idle.TryTake(out var pool) ? pool : new MemoryBlockPool<T>();

    /// <summary>What the step holds to its end.</summary>
    public List<MemoryBlock<T>> Lent { get; } = [];

    /// <summary>Takes back what was lent, for the next step.</summary>
    public void Leave()
    {
        foreach (var buffer in Lent) Return(buffer);
        Lent.Clear();
        Idle.Add(this);
    }

    /// <summary>A buffer of at least <paramref name="count"/> numbers, whose values are undefined.</summary>
    public MemoryBlock<T> Rent(int count)
    {
        var length = RoundUp(count);
        if (free.TryGetValue(length, out var stack) && stack.TryPop(out var buffer)) return buffer;
        return new MemoryBlock<T>(length);
    }

    public void Return(MemoryBlock<T> buffer)
    {
        if (PoisonReturned) buffer.Span.Fill(T.NaN);
        if (!free.TryGetValue(buffer.Length, out var stack)) free[buffer.Length] = stack = new Stack<MemoryBlock<T>>();
        stack.Push(buffer);
    }

    private static int RoundUp(int count)
    {
        if (count <= SmallestLength) return SmallestLength;
        var step = 1 << (BitOperations.Log2((uint)(count - 1)) - 2);
        return (int)Math.Min(((long)count + step - 1) / step * step, Array.MaxLength - SmallestLength);
    }
}
