using System.Numerics;

namespace Engine.Layers;

/// <summary>A normalization: a layer that a model may apply to the rows of sequences.</summary>
public abstract class Norm<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the layer to the rows of sequences; most look at each row by itself.</summary>
    /// <param name="x">[rows, features].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="causal">Whether a row must see no other row of its sequence, since some lie in its future.</param>
    /// <returns>[rows, features].</returns>
    /// <exception cref="ShapeException">The shapes do not fit the layer.</exception>
    public virtual Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false) => Forward(x);
}
