using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// What decoding remembers between steps: each layer's keys and values, of the target so far and of the source. Those
/// of the source are computed once, and however many hypotheses a sentence has, they share them.
/// </summary>
public sealed class DecodingState<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The state outlives the step that encoded the source, and has memory of its own.
    private readonly Tape<T> tape = new(Mode.Inference);

    internal DecodingState(
        IReadOnlyList<DecoderLayer<T>> layers, Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses)
    {
        var dModel = memory.Shape[1];
        var (sequences, room) = (memoryLayout.Sequences, AttendedRows.FirstRoom * hypotheses);
        memory = tape.Constant(memory);
        Memories = [.. layers.Select(layer => layer.ProjectMemory(memory))];
        Attended = AttendedRows.Of(memoryLayout);
        Caches = [.. layers.Select(_ => new KeyValueCache<T>(tape, sequences, dModel, room))];
    }

    /// <summary>How many tokens of each sentence have been read.</summary>
    public int Length => Caches[0].Length;

    /// <summary>Each layer's keys and values of the source, [source rows, 2 dModel].</summary>
    internal IReadOnlyList<Tensor<T>> Memories { get; }

    /// <summary>Which source rows each sentence, or hypothesis of one, attends to.</summary>
    internal AttendedRows Attended { get; }

    /// <summary>Each layer's keys and values of the target.</summary>
    internal IReadOnlyList<KeyValueCache<T>> Caches { get; }

    /// <summary>Keeps the given sentences, in that order; one that appears several times has several
    /// hypotheses.</summary>
    public void Select(ReadOnlySpan<int> kept)
    {
        foreach (var cache in Caches) cache.Select(kept);
        Attended.Select(kept);
    }

    /// <summary>Gives the memory back; the state can no longer be used.</summary>
    public void Dispose() => tape.Dispose();
}
