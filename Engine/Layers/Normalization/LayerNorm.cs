using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// <see cref="Op.LayerNorm"/> with parameters <c>weight</c> (gamma, initially 1) and <c>bias</c> (beta, initially 0).
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var norm = new LayerNorm<double>(features: 4);
/// var y = norm.Predict(Tensor<double>.From([1, 4], [1, 2, 3, 6])).ToArray();
/// Console.WriteLine(Math.Round(y.Sum(v => v * v), 3)); // prints: 4
/// ]]></code>
/// </example>
public sealed class LayerNorm<T> : Norm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer LayerNorm", "y = gamma (x - mean) / sqrt(var + epsilon) + beta over the last dimension",
        LayerSamples.LayerNorm);

    private readonly Parameter<T> gamma, beta;
    private readonly double epsilon;

    /// <summary>A normalization of rows of <paramref name="features"/> features.</summary>
    /// <param name="features">The size of the last dimension.</param>
    /// <param name="epsilon">Added under the root, which keeps the divisor above 0.</param>
    public LayerNorm(int features, double epsilon = Op.NormEpsilon)
    {
        this.epsilon = epsilon;
        gamma = Add("weight", Initializers.Constant<T>([features], 1));
        beta = Add("bias", Tensor<T>.Zeros([features]));
    }

    /// <inheritdoc/>
    /// <param name="x">[..., features].</param>
    /// <returns>The shape of x.</returns>
    public override Tensor<T> Forward(Tensor<T> x)
    {
        var tape = x.Tape;
        return Op.LayerNorm(x, tape.Use(gamma), tape.Use(beta), epsilon);
    }
}
