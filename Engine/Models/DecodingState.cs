using System.Numerics;

namespace Engine.Models;

/// <summary>
/// What decoding remembers between steps: what the decoder looks up of the source, and what it knows of the target so
/// far.
/// </summary>
public abstract class DecodingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected DecodingState(IReadOnlyList<Tensor<T>> memories, SequenceLayout memoryLayout)
    {
        // The memory's projections belong to the encoder's step, which ends before decoding does.
        Memories = [.. memories.Select(memory => Tensor<T>.From(memory.Shape, memory.Data))];
        MemoryLayout = memoryLayout;
    }

    /// <summary>How many tokens of each sentence have been read.</summary>
    public abstract int Length { get; }

    /// <summary>Keys and values of the source for each layer that attends to it, [memory rows, 2 dModel].</summary>
    internal IReadOnlyList<Tensor<T>> Memories { get; private set; }

    internal SequenceLayout MemoryLayout { get; private set; }

    /// <summary>Keeps the given sentences, in that order.</summary>
    public virtual void Select(ReadOnlySpan<int> kept)
    {
        var lengths = new int[kept.Length];
        for (var i = 0; i < kept.Length; i++) lengths[i] = MemoryLayout.Length(kept[i]);
        // A matrix has at least one row, also where no kept sentence has any.
        var layout = lengths.Sum() > 0 ? SequenceLayout.Packed(lengths) : SequenceLayout.Padded(1, lengths);
        var memories = new Tensor<T>[Memories.Count];
        for (var m = 0; m < memories.Length; m++)
        {
            var width = Memories[m].Shape[1];
            memories[m] = Tensor<T>.Zeros([layout.Rows, width]);
            for (var i = 0; i < kept.Length; i++)
                Memories[m].Data.Slice(MemoryLayout.Start(kept[i]) * width, lengths[i] * width)
                    .CopyTo(memories[m].Span[(layout.Start(i) * width)..]);
        }
        (Memories, MemoryLayout) = (memories, layout);
    }
}
