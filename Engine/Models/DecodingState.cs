using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// What decoding remembers between steps: each layer's keys and values, of the target so far and of the source.
/// </summary>
public sealed class DecodingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal DecodingState(IReadOnlyList<Tensor<T>> memories, SequenceLayout memoryLayout, int dModel)
    {
        // The memory's projections belong to the encoder's step, which ends before decoding does.
        Memories = [.. memories.Select(memory => Tensor<T>.From(memory.Shape, memory.Data))];
        MemoryLayout = memoryLayout;
        Caches = [.. memories.Select(_ => new KeyValueCache<T>(memoryLayout.Sequences, dModel))];
    }

    /// <summary>How many tokens of each sentence have been read.</summary>
    public int Length => Caches[0].Length;

    internal IReadOnlyList<Tensor<T>> Memories { get; private set; }

    internal SequenceLayout MemoryLayout { get; private set; }

    internal IReadOnlyList<KeyValueCache<T>> Caches { get; }

    /// <summary>Keeps the given sentences, in that order.</summary>
    public void Select(ReadOnlySpan<int> kept)
    {
        foreach (var cache in Caches) cache.Select(kept);
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
