using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The state of a decoder that remembers of the target a fixed number of values: a row for each sentence in each of
/// some matrices.
/// </summary>
internal sealed class RowState<T> : DecodingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Tensor<T>[] rows;
    private int length;

    /// <summary>The state before the first token.</summary>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which of its rows form which sentence.</param>
    /// <param name="attention">The layers that attend to it.</param>
    /// <param name="rows">The matrices, [sentences, any].</param>
    public RowState(
        Tensor<T> memory, SequenceLayout memoryLayout, IEnumerable<MultiHeadAttention<T>> attention,
        IEnumerable<Tensor<T>> rows)
        : base(memory, memoryLayout, attention.Select(layer => (Func<Tensor<T>, Tensor<T>>)layer.ProjectMemory)) =>
        this.rows = [.. rows.Select(Own)];

    public override int Length => length;

    /// <summary>A matrix as a step sees it.</summary>
    public Tensor<T> Read(Tape<T> tape, int index) => tape.Constant(rows[index]);

    /// <summary>Replaces a matrix by what a step made of it.</summary>
    public void Write(int index, Tensor<T> value) => rows[index] = Own(value);

    /// <summary>Notes that each sentence has one more token.</summary>
    public void Advance() => length++;

    public override void Select(ReadOnlySpan<int> kept)
    {
        base.Select(kept);
        // Where no sentence goes on, nothing is read any more.
        for (var index = 0; index < rows.Length && kept.Length > 0; index++)
        {
            var (old, width) = (rows[index], rows[index].Shape[1]);
            rows[index] = Tensor<T>.Zeros([kept.Length, width]);
            for (var i = 0; i < kept.Length; i++)
                old.Data.Slice(kept[i] * width, width).CopyTo(rows[index].Span[(i * width)..]);
        }
    }

    // A step's memory ends with its tape.
    private static Tensor<T> Own(Tensor<T> value) => Tensor<T>.From(value.Shape, value.ToArray());
}
