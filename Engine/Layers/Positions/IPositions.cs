using System.Numerics;

namespace Engine.Layers;

/// <summary>An encoding of positions that is added to embeddings: one vector for each position.</summary>
internal interface IPositions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Returns the position vector of each row of a layout.</summary>
    /// <param name="tape">The tape of the step.</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="first">The position of each sequence's first row; above 0 in a decoding step.</param>
    /// <returns>[rows, dModel].</returns>
    Tensor<T> Forward(Tape<T> tape, SequenceLayout layout, int first = 0);
}
