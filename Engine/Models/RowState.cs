using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The state of a decoder that remembers a fixed number of values of the target, however long: some matrices, each with
/// a row for each sentence.
/// </summary>
internal sealed class RowState<T> : AttendingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>[] rows;

    /// <summary>The state before the first token.</summary>
    /// <param name="network">The network that steps.</param>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which source rows form which sentence.</param>
    /// <param name="attention">The layers that attend to the source.</param>
    /// <param name="rows">The matrices, [sentences, any number].</param>
    public RowState(
        TranslationNetwork<T> network, Tensor<T> memory, SequenceLayout memoryLayout,
        IEnumerable<MultiHeadAttention<T>> attention, IEnumerable<Tensor<T>> rows)
        : base(
            network, memory, memoryLayout,
            attention.Select(layer => (Func<Tensor<T>, Tensor<T>>)layer.ProjectMemory)) =>
        this.rows = [.. rows.Select(row => row.Copy())];

    /// <summary>A matrix, as a constant of a step's tape.</summary>
    public Tensor<T> Read(Tape<T> tape, int index) => tape.Constant(rows[index]);

    /// <summary>Replaces a matrix by a result of a step.</summary>
    public void Write(int index, Tensor<T> value) => rows[index] = value.Copy();

    public override void Select(ReadOnlySpan<int> kept)
    {
        base.Select(kept);
        // If no sentence is kept, no step reads the matrices any more.
        for (var index = 0; index < rows.Length && kept.Length > 0; index++)
        {
            var (old, width) = (rows[index], rows[index].Shape[1]);
            rows[index] = Tensor<T>.Zeros([kept.Length, width]);
            for (var i = 0; i < kept.Length; i++)
                old.Data.Slice(kept[i] * width, width).CopyTo(rows[index].Span[(i * width)..]);
        }
    }
}
