using System.Numerics;
using Engine.Operations;

namespace Engine.Layers;

/// <summary><see cref="Op.Tanh"/> as a layer.</summary>
public sealed class Tanh<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Tanh(x);
}

/// <summary><see cref="Op.Relu"/> as a layer.</summary>
public sealed class Relu<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Relu(x);
}
