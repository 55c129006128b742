using Engine.Layers;

namespace Engine.Lab;

/// <summary>
/// BatchNorm that gets its covariate shift back: in training, each forward pass draws another mean and another scale
/// for each channel, and applies them to the normalized rows.
/// </summary>
internal sealed class ShiftedBatchNorm : Layer<float>
{
    private readonly BatchNorm<float> norm;
    private readonly RandomStream random;
    private readonly double noise;
    private readonly int channels;

    /// <summary>A normalization of some channels.</summary>
    /// <param name="channels">The number of channels.</param>
    /// <param name="noise">The deviation of the means, and half of the range of the scales around 1.</param>
    /// <param name="random">Draws means and scales.</param>
    public ShiftedBatchNorm(int channels, double noise, RandomStream random)
    {
        (this.channels, this.noise, this.random) = (channels, noise, random);
        norm = Add("", new BatchNorm<float>(channels));
    }

    /// <inheritdoc/>
    public override Tensor<float> Forward(Tensor<float> x)
    {
        var tape = x.Tape;
        var y = norm.Forward(x); // [rows, channels]
        if (tape.Mode != Mode.Training) return y;
        return (y * tape.Constant(Initializers.Uniform<float>([channels], 1 - noise, 1 + noise, random)))
            + tape.Constant(Initializers.Normal<float>([channels], noise, random)); // [rows, channels]
    }
}
