using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>The state of a Transformer's decoder: each layer's keys and values, of source and target.</summary>
internal sealed class TransformerState<T> : AttendingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public TransformerState(
        TranslationNetwork<T> network, IReadOnlyList<DecoderLayer<T>> layers, Tensor<T> memory,
        SequenceLayout memoryLayout, int hypotheses)
        : base(
            network, memory, memoryLayout, layers.Select(layer => (Func<Tensor<T>, Tensor<T>>)layer.ProjectMemory)) =>
        Caches =
        [
            .. layers.Select(_ =>
                new KeyValueCache<T>(
                    Tape, memoryLayout.Sequences, memory.Shape[1], AttendedRows.InitialCapacity * hypotheses)),
        ];

    /// <summary>Each layer's keys and values of the target.</summary>
    public IReadOnlyList<KeyValueCache<T>> Caches { get; }

    public override void Select(ReadOnlySpan<int> kept)
    {
        foreach (var cache in Caches) cache.Select(kept);
        base.Select(kept);
    }
}
