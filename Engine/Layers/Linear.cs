using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// An affine map of rows, y = x Wᵀ + b. Parameters <c>weight</c> [outputs, inputs] and <c>bias</c> [outputs].
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var linear = new Linear<float>(3, 2, new RandomStream(1));
/// Console.WriteLine(linear);                           // prints: Linear: 8 parameters in weight [2, 3], bias [2]
/// Console.WriteLine(linear.Predict(Tensor<float>.Zeros([5, 3])).Shape);    // prints: [5, 2]
/// ]]></code>
/// </example>
public sealed class Linear<T> : Layer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Linear", "y = x W^T + b, W from Xavier's uniform distribution, b = 0", LayerSamples.Linear);

    private readonly Parameter<T> weight;
    private readonly Parameter<T>? bias;
    private readonly bool relu;

    /// <summary>A map from <paramref name="inputs"/> to <paramref name="outputs"/> features.</summary>
    /// <param name="inputs">The number of features of an input row.</param>
    /// <param name="outputs">The number of features of an output row.</param>
    /// <param name="random">Draws the weights (Xavier uniform); the bias starts at 0.</param>
    /// <param name="bias">Whether the layer has a bias.</param>
    /// <param name="relu">Whether the layer applies ReLU to its output, in the same pass.</param>
    public Linear(int inputs, int outputs, RandomStream random, bool bias = true, bool relu = false)
    {
        this.relu = relu;
        weight = Add("weight", Initializers.XavierUniform<T>([outputs, inputs], random));
        if (bias) this.bias = Add("bias", Tensor<T>.Zeros([outputs]));
    }

    /// <inheritdoc/>
    /// <param name="x">[..., inputs].</param>
    /// <returns>[..., outputs].</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        var tape = x.Tape;
        return Op.Linear(x, tape.Use(weight), bias is null ? null : tape.Use(bias), relu);
    }
}
