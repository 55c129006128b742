using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>The state of a Transformer's decoder: each layer's keys and values, of the target so far too.</summary>
internal sealed class TransformerState<T> : DecodingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TransformerState(IReadOnlyList<Tensor<T>> memories, SequenceLayout memoryLayout, int dModel)
        : base(memories, memoryLayout) =>
        Caches = [.. memories.Select(_ => new KeyValueCache<T>(memoryLayout.Sequences, dModel))];

    public override int Length => Caches[0].Length;

    public IReadOnlyList<KeyValueCache<T>> Caches { get; }

    public override void Select(ReadOnlySpan<int> kept)
    {
        foreach (var cache in Caches) cache.Select(kept);
        base.Select(kept);
    }
}
