using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A small form of the encoder of Gehring et al. 2017: blocks of a convolution and a gated linear unit with a residual.
/// The result is added to the embedded tokens.
/// </summary>
internal sealed class ConvolutionalEncoder<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The sum of two independent rows has twice the variance of one.
    private static readonly double HalfVariance = Math.Sqrt(0.5);

    private readonly Conv1d<T>[] blocks;
    private readonly double dropout;

    /// <exception cref="ShapeException">The kernel is even or 1.</exception>
    public ConvolutionalEncoder(ConvolutionalConfiguration c, RandomStream random)
    {
        if (c.Kernel < 3 || c.Kernel % 2 == 0)
            throw new ShapeException($"ConvolutionalEncoder: the kernel {c.Kernel} must be odd and at least 3, so " +
                "that a position has the same number of neighbours on both sides.");
        dropout = c.Dropout;
        blocks =
        [
            .. Enumerable.Range(0, c.EncoderLayers).Select(i =>
                Add($"{i}.conv", Block(Window.Centered(c.Kernel), c.DModel, random))),
        ];
    }

    /// <summary>[rows, dModel] to [rows, dModel].</summary>
    public Tensor<T> Forward(Tensor<T> embedded, SequenceLayout layout)
    {
        var x = embedded;
        foreach (var block in blocks)
            x = Residual(block, x, Op.Glu(block.Forward(Op.Dropout(x, dropout), layout))); // [rows, dModel]
        // So attention sees each token itself and its surroundings.
        return Residual(this, embedded, x);
    }

    /// <summary>A convolution before a gated linear unit.</summary>
    public static Conv1d<T> Block(Window window, int dModel, RandomStream random) =>
        new(dModel, 2 * dModel, window, random, gain: 4);

    /// <summary>
    /// A residual sum, unless an observer leaves what enters it out; the observer knows the sum by its sublayer.
    /// </summary>
    /// <param name="sublayer">Made <paramref name="z"/> of x.</param>
    /// <param name="x">What enters the sum, [rows, dModel].</param>
    /// <param name="z">What the sublayer made of it, [rows, dModel].</param>
    /// <returns>[rows, dModel].</returns>
    public static Tensor<T> Residual(Module<T> sublayer, Tensor<T> x, Tensor<T> z)
    {
        using var module = x.Tape.Enter(sublayer);
        module.Show(ObservedNetwork.ResidualInput, x);
        module.Show(ObservedNetwork.SublayerOutput, z);
        var y = module.Omits(ObservedNetwork.Residual) ? z : HalfSum(x, z);
        module.Show(ObservedNetwork.ResidualOutput, y);
        return y;
    }

    /// <summary>The sum of two rows, scaled to the variance of one.</summary>
    public static Tensor<T> HalfSum(Tensor<T> x, Tensor<T> y) => Op.Scale(Op.Add(x, y), HalfVariance);
}
