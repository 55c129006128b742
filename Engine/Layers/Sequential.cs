using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Layers applied one after another. Their parameters are named <c>0.weight</c>, <c>2.bias</c> and so on.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var random = new RandomStream(1);
/// var network = new Sequential<float>(
///     new Linear<float>(3, 8, random), new Relu<float>(), new Linear<float>(8, 1, random));
/// Console.WriteLine(network.Predict(Tensor<float>.Zeros([5, 3])).Shape);   // prints: [5, 1]
/// ]]></code>
/// </example>
public sealed class Sequential<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Layer<T>[] layers;

    /// <summary>A sequence of the given layers, the first applied first.</summary>
    public Sequential(params ReadOnlySpan<Layer<T>> layers)
    {
        this.layers = layers.ToArray();
        for (var i = 0; i < layers.Length; i++) Add($"{i}", layers[i]);
    }

    /// <inheritdoc/>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        foreach (var layer in layers) x = layer.Forward(x);
        return x;
    }
}
