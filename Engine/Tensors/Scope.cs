using System.Numerics;

namespace Engine;

/// <summary>
/// Owns the memory of one step. The tensors of the step read and write its memory blocks. When the step ends, the
/// blocks serve the next step, and every use of the step's tensors throws.
/// </summary>
/// <remarks>
/// <see cref="Tape{T}"/>, which records gradients, is the only scope. The two are separate classes because a tensor
/// needs only the memory: the folder of tensors stands before the folder of tapes.
/// </remarks>
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
        var block = Pool.Rent(shape.Elements);
        Pool.Lent.Add(block);
        return new Tensor<T>(block, 0, shape, shape.ContiguousStrides(), this);
    }

    /// <summary>
    /// Memory that the caller gives back by <see cref="Release"/>. Memory that is not given back is lost to the pool.
    /// </summary>
    internal MemoryBlock<T> Borrow(long count) => Pool.Rent(count);

    internal void Release(MemoryBlock<T> block) => Pool.Return(block);

    /// <summary>
    /// Takes the memory of a tensor back before the step ends. Nothing may read the tensor, or a view of it, from then
    /// on.
    /// </summary>
    internal void Free(Tensor<T> tensor)
    {
        if (Pool.Lent.Remove(tensor.Block)) Pool.Return(tensor.Block);
    }

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
