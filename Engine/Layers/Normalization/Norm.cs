using System.Numerics;

namespace Engine.Layers;

/// <summary>A normalization layer, which a model can also apply to the rows of sequences.</summary>
public abstract class Norm<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Applies the layer to the rows of sequences. Unless a subclass overrides it, each row is normalized alone.
    /// </summary>
    /// <param name="x">[rows, features].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="causal">
    /// Whether a row must not depend on the rows after it. The layer then normalizes each row alone.
    /// </param>
    /// <returns>[rows, features].</returns>
    /// <exception cref="ShapeException">The shapes do not fit the layer.</exception>
    public virtual Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false) => Forward(x);
}
