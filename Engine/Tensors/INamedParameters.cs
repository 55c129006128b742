using System.Numerics;

namespace Engine;

/// <summary>
/// Something with parameters, and perhaps statistics, that have names: a layer, a model. What storage and optimizers
/// need to know of it.
/// </summary>
public interface INamedParameters<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Each parameter once, under its path (<c>encoder.layers.0.linear1.weight</c>), in a fixed order.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, Parameter<T>>> NamedParameters { get; }

    /// <summary>
    /// Each statistic once, under its path (<c>encoder.norm.running_mean</c>), in a fixed order: what is saved besides
    /// the parameters.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, Buffer<T>>> NamedBuffers { get; }
}
