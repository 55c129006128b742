using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>Memory for the numbers of a tensor, aligned to a cache line; a pool hands it from step to step.</summary>
/// <param name="length">How many numbers it holds; their values are undefined at first.</param>
internal sealed class MemoryBlock<T>(int length)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly PinnedMemory<T> memory = new(length);

    public int Length => length;

    public Span<T> Span => memory.Span;
}
