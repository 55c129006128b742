using System.Numerics;

namespace Engine.Layers;

/// <summary>A module that maps one tensor to one tensor.</summary>
public abstract class Layer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the layer; x brings its tape along.</summary>
    /// <param name="x">A tensor on a tape; the layer says of which shape.</param>
    /// <returns>The result; the layer says of which shape.</returns>
    /// <exception cref="ShapeException">The shape of x does not fit the layer.</exception>
    public abstract Tensor<T> Forward(Tensor<T> x);
}
