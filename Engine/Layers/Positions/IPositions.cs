using System.Numerics;

namespace Engine.Layers;

/// <summary>Positions that are added to embeddings: a vector for each place within a sequence.</summary>
internal interface IPositions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The row of each row of a layout: its place within its sequence.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="first">The position of each sequence's first row, above 0 when decoding goes on.</param>
    /// <returns>[rows, dModel].</returns>
    Tensor<T> Forward(Tape<T> tape, SequenceLayout layout, int first = 0);
}
