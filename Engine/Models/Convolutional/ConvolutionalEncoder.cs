using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The encoder of Gehring et al. 2017 in small: blocks of a convolution and a gated linear unit with a residual, their
/// result added to what it began with.
/// </summary>
internal sealed class ConvolutionalEncoder<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The sum of two independent rows has twice their variance.
    private static readonly double HalfVariance = Math.Sqrt(0.5);

    private readonly Conv1d<T>[] blocks;
    private readonly double dropout;

    /// <exception cref="ShapeException">The kernel is even or 1.</exception>
    public ConvolutionalEncoder(ConvolutionalConfiguration c, RandomStream random)
    {
        if (c.Kernel < 3 || c.Kernel % 2 == 0)
            throw new ShapeException($"ConvolutionalEncoder: the kernel {c.Kernel} must be odd and at least 3, so " +
                "that a position has as many neighbours on either side.");
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
        foreach (var block in blocks) x = HalfSum(x, Op.Glu(block.Forward(Op.Dropout(x, dropout), layout)));
        // Who attends sees the token itself as well as what stands around it.
        return HalfSum(x, embedded);
    }

    /// <summary>A convolution before a gated linear unit.</summary>
    public static Conv1d<T> Block(Window window, int dModel, RandomStream random) =>
        new(dModel, 2 * dModel, window, random, gain: 4);

    /// <summary>A sum that keeps the variance.</summary>
    public static Tensor<T> HalfSum(Tensor<T> x, Tensor<T> y) => Op.Scale(Op.Add(x, y), HalfVariance);
}
