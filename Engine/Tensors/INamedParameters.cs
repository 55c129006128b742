using System.Numerics;

namespace Engine;

/// <summary>
/// Has named parameters, and perhaps named buffers: a layer or a model. Storage and optimizers use nothing else of it.
/// </summary>
public interface INamedParameters<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Each parameter once, under its path (<c>encoder.layers.0.linear1.weight</c>), in a fixed order.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, Parameter<T>>> NamedParameters { get; }

    /// <summary>
    /// Each buffer once, under its path (<c>encoder.norm.running_mean</c>), in a fixed order. A model file holds the
    /// parameters and the buffers.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, Buffer<T>>> NamedBuffers { get; }
}
