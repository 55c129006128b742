using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// A bilinear map of pairs of rows, y_o = xᵀ W_o z + b_o. Parameters <c>weight</c> [outputs, xFeatures, zFeatures] and
/// <c>bias</c> [outputs], as in PyTorch.
/// </summary>
public sealed class Bilinear<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Bilinear", "y_o = x^T W_o z + b_o", LayerSamples.Bilinear);

    private readonly Parameter<T> weight, bias;

    /// <summary>A map from a pair of rows to one row.</summary>
    /// <param name="xFeatures">The number of features of a row of x.</param>
    /// <param name="zFeatures">The number of features of a row of z.</param>
    /// <param name="outputs">The number of features of an output row.</param>
    /// <param name="random">Draws the weights (Xavier uniform); the bias starts at 0.</param>
    public Bilinear(int xFeatures, int zFeatures, int outputs, RandomStream random)
    {
        weight = Add("weight", Initializers.XavierUniform<T>([outputs, xFeatures, zFeatures], random));
        bias = Add("bias", Tensor<T>.Zeros([outputs]));
    }

    /// <summary>Applies the map to each pair of rows.</summary>
    /// <param name="x">[..., xFeatures]; x or z is on a tape.</param>
    /// <param name="z">[..., zFeatures], with the leading dimensions of x.</param>
    /// <returns>[..., outputs].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor<T> Forward(Tensor<T> x, Tensor<T> z)
    {
        var (outputs, xFeatures, zFeatures) = (weight.Shape[0], weight.Shape[1], weight.Shape[2]);
        if (x.Shape.Rank == 0 || x.Shape[^1] != xFeatures || z.Shape != x.Shape.With(^1, zFeatures))
            throw new ShapeException($"Bilinear: x {x.Shape} and z {z.Shape} do not fit the weight {weight.Shape}; " +
                $"give x [..., {xFeatures}] and z [..., {zFeatures}] with equal dimensions before the last.");
        var tape = Tape<T>.Of(Op.MatMulEntry, x, z);
        var rows = x.Count / xFeatures;
        var ofX = Op.MatMul(Op.Reshape(x, [1, rows, xFeatures]), tape.Use(weight)); // [outputs, rows, zFeatures]
        var perOutput = Op.Sum(ofX * Op.Reshape(z, [1, rows, zFeatures]), -1); // [outputs, rows]
        return Op.Reshape(Op.Transpose(perOutput) + tape.Use(bias), x.Shape.With(^1, outputs)); // [..., outputs]
    }
}
