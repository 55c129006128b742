using System.Numerics;

namespace Engine.Layers;

/// <summary>A module that maps one tensor to one tensor.</summary>
public abstract class Layer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the layer; x brings its tape along.</summary>
    public abstract Tensor<T> Forward(Tensor<T> x);
}
