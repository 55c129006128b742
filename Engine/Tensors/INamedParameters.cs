using System.Numerics;

namespace Engine;

/// <summary>
/// Something with parameters that have names: a layer, a model. What storage and optimizers need to know of it.
/// </summary>
public interface INamedParameters<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Each parameter once, under its path (<c>encoder.layers.0.linear1.weight</c>), in a fixed order.
    /// </summary>
    IReadOnlyList<KeyValuePair<string, Parameter<T>>> NamedParameters { get; }
}
