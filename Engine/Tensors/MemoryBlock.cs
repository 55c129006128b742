using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// Memory for the numbers of a tensor. A block of the engine is aligned to a cache line, and a pool hands it from step
/// to step. A borrowed block belongs to the caller of <see cref="Tensor{T}.Over"/>, who takes it back.
/// </summary>
internal sealed class MemoryBlock<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PinnedMemory<T> memory;
    private volatile bool isReturned;

    /// <summary>A block of <paramref name="length"/> numbers, whose values are undefined at first.</summary>
    public MemoryBlock(int length) => (memory, Length) = (new PinnedMemory<T>(length), length);

    /// <summary>A borrowed block.</summary>
    public MemoryBlock(PinnedMemory<T> borrowed) =>
        (memory, Length, IsBorrowed) = (borrowed, (int)borrowed.Length, true);

    public int Length { get; }

    public bool IsBorrowed { get; }

    /// <summary>The step, by the count of the pool, that used the block last.</summary>
    public long LastStep { get; set; }

    /// <summary>The numbers.</summary>
    /// <exception cref="ObjectDisposedException">The block was borrowed, and its owner has it back.</exception>
    public Span<T> Span
    {
        get
        {
            if (isReturned)
                throw new ObjectDisposedException(null,
                    "Tensor.Over: the tensor is used after the call in which it existed; its memory belongs to the " +
                    "caller again. Return numbers (ToArray) from the call, not tensors.");
            return memory.Span;
        }
    }

    /// <summary>Gives borrowed memory back: every later use of a tensor over it throws.</summary>
    public void Return() => isReturned = true;
}
