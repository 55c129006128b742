using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// What decoding remembers from step to step: keys and values of the source, and what the decoder knows of the target
/// so far. The keys and values of the source are computed once, and all hypotheses of a sentence share them.
/// </summary>
public abstract class DecodingState<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The state before the first token.</summary>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which source rows form which sentence.</param>
    /// <param name="projections">For each layer that attends to the source: makes keys and values of the
    /// memory.</param>
    private protected DecodingState(
        Tensor<T> memory, SequenceLayout memoryLayout, IEnumerable<Func<Tensor<T>, Tensor<T>>> projections)
    {
        memory = Tape.Constant(memory);
        Memories = [.. projections.Select(project => project(memory))];
        Attended = AttendedRows.Of(memoryLayout);
    }

    /// <summary>The number of tokens of each sentence that the decoder has read.</summary>
    public abstract int Length { get; }

    /// <summary>Each layer's keys and values of the source, [source rows, 2 dModel].</summary>
    internal IReadOnlyList<Tensor<T>> Memories { get; }

    /// <summary>Which source rows each sentence, or hypothesis of one, attends to.</summary>
    internal AttendedRows Attended { get; }

    /// <summary>
    /// The attention weights of the last step: how much each sentence attended to its source rows, in the last layer
    /// that attends to them. Null unless <see cref="KeepWeights"/> was called. The sentences are those of the step;
    /// <see cref="Select"/> does not change the weights.
    /// </summary>
    internal StepWeights<T>? Weights { get; private set; }

    /// <summary>Owns the state's memory: the state outlives the tape that encoded the source.</summary>
    private protected Tape<T> Tape { get; } = new(Mode.Inference);

    /// <summary>
    /// Keeps the given sentences, in the given order. A sentence that is given several times has several hypotheses.
    /// </summary>
    public virtual void Select(ReadOnlySpan<int> kept) => Attended.Select(kept);

    /// <summary>Makes every step from now on keep its <see cref="Weights"/>.</summary>
    internal void KeepWeights() => Weights = new StepWeights<T>();

    /// <summary>Frees the memory; the state can no longer be used.</summary>
    public void Dispose() => Tape.Dispose();
}
