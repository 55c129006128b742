using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// What decoding remembers between steps: keys and values of the source, and what the decoder knows of the target so
/// far. Those of the source are computed once, and however many hypotheses a sentence has, they share them.
/// </summary>
public abstract class DecodingState<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The state before the first token.</summary>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which of its rows form which sentence.</param>
    /// <param name="projections">What makes keys and values of it, for each layer that attends to it.</param>
    private protected DecodingState(
        Tensor<T> memory, SequenceLayout memoryLayout, IEnumerable<Func<Tensor<T>, Tensor<T>>> projections)
    {
        memory = Tape.Constant(memory);
        Memories = [.. projections.Select(project => project(memory))];
        Attended = AttendedRows.Of(memoryLayout);
    }

    /// <summary>How many tokens of each sentence have been read.</summary>
    public abstract int Length { get; }

    /// <summary>Each layer's keys and values of the source, [source rows, 2 dModel].</summary>
    internal IReadOnlyList<Tensor<T>> Memories { get; }

    /// <summary>Which source rows each sentence, or hypothesis of one, attends to.</summary>
    internal AttendedRows Attended { get; }

    /// <summary>
    /// How much each sentence attended to its source rows in the last step, in the last layer that attends to them;
    /// null unless <see cref="KeepWeights"/> asked for it. Sentences are those that took the step: what is selected
    /// later does not change it.
    /// </summary>
    internal StepWeights<T>? Weights { get; private set; }

    /// <summary>The state outlives the step that encoded the source, and has memory of its own.</summary>
    private protected Tape<T> Tape { get; } = new(Mode.Inference);

    /// <summary>Keeps the given sentences, in that order; one that appears several times has several
    /// hypotheses.</summary>
    public virtual void Select(ReadOnlySpan<int> kept) => Attended.Select(kept);

    /// <summary>Lets every step from now on keep its <see cref="Weights"/>.</summary>
    internal void KeepWeights() => Weights = new StepWeights<T>();

    /// <summary>Gives the memory back; the state can no longer be used.</summary>
    public void Dispose() => Tape.Dispose();
}
