using System.Numerics;

namespace Engine.Layers;

/// <summary>A module that maps one tensor to one tensor.</summary>
public abstract class Layer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the layer, on the tape of x.</summary>
    /// <param name="x">A tensor on a tape; each layer documents its shape.</param>
    /// <returns>The output; each layer documents its shape.</returns>
    /// <exception cref="ShapeException">The shape of x does not fit the layer.</exception>
    public abstract Tensor<T> Forward(Tensor<T> x);
}
