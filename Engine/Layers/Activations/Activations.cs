using System.Numerics;

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

/// <summary><see cref="Op.LeakyRelu"/> as a layer.</summary>
/// <param name="negativeSlope">The slope below 0.</param>
public sealed class LeakyRelu<T>(double negativeSlope = Op.LeakyReluSlope) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.LeakyRelu(x, negativeSlope);
}

/// <summary><see cref="Op.Elu"/> as a layer.</summary>
/// <param name="alpha">The limit for x → -∞ is -alpha.</param>
public sealed class Elu<T>(double alpha = 1) : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Elu(x, alpha);
}

/// <summary><see cref="Op.Softplus"/> as a layer.</summary>
public sealed class Softplus<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Softplus(x);
}

/// <summary><see cref="Op.Gelu"/> as a layer.</summary>
public sealed class Gelu<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Gelu(x);
}

/// <summary><see cref="Op.GeluTanh"/> as a layer.</summary>
public sealed class GeluTanh<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.GeluTanh(x);
}

/// <summary><see cref="Op.Silu"/> as a layer.</summary>
public sealed class Silu<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Silu(x);
}

/// <summary><see cref="Op.Sigmoid"/> as a layer.</summary>
public sealed class Sigmoid<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Sigmoid(x);
}

/// <summary><see cref="Op.Softmax"/> as a layer.</summary>
public sealed class Softmax<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Softmax(x);
}

/// <summary><see cref="Op.Glu{T}(Tensor{T})"/> as a layer, which halves the last dimension.</summary>
public sealed class Glu<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    /// <param name="x">[..., 2 n].</param>
    /// <returns>[..., n].</returns>
    public override Tensor<T> Forward(Tensor<T> x) => Op.Glu(x);
}
