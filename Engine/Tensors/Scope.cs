using System.Numerics;

namespace Engine;

/// <summary>
/// Owns the memory of one step. Tensors made within it read and write its buffers; when it ends, the buffers serve
/// the next step, and using one of its tensors throws. <see cref="Tape{T}"/> is the scope that records gradients.
/// </summary>
public abstract class Scope<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private MemoryBlockPool<T>? pool = MemoryBlockPool<T>.Take();

    private protected Scope()
    {
    }

    /// <summary>Whether <see cref="Dispose"/> has been called.</summary>
    public bool HasEnded => pool is null;

    /// <summary>Ends the step and takes its memory back.</summary>
    public void Dispose()
    {
        if (pool is not { } ending) return;
        pool = null;
        ending.Leave();
        GC.SuppressFinalize(this);
    }

    /// <summary>A tensor of this step with undefined values.</summary>
    internal Tensor<T> Allocate(Shape shape)
    {
        var buffer = Pool.Rent(shape.Elements);
        Pool.Lent.Add(buffer);
        return new Tensor<T>(buffer, 0, shape, shape.ContiguousStrides(), this);
    }

    /// <summary>
    /// Memory that the caller gives back by <see cref="Release"/>; otherwise it leaves the pool for good.
    /// </summary>
    internal MemoryBlock<T> Borrow(int count) => Pool.Rent(count);

    internal void Release(MemoryBlock<T> buffer) => Pool.Return(buffer);

    internal void ThrowIfEnded(Shape shape)
    {
        if (pool is null)
            throw new ObjectDisposedException(null,
                $"Tensor {shape}: its tape has ended, and its memory serves other steps now. " +
                "Read it, or copy it with ToArray, before the tape is disposed.");
    }

    private MemoryBlockPool<T> Pool => pool ?? throw new ObjectDisposedException(null,
        "Tape: it has ended; a step needs a tape of its own (using var tape = new Tape<T>(...)).");
}
