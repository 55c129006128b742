using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// <see cref="Op.Conv1d"/> with parameters <c>weight</c> [outputs, inputs, window size] and <c>bias</c> [outputs].
/// </summary>
public sealed class Conv1d<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer Conv1d", "y_p = sum_j W_j x_(p stride - before + j dilation) + b", Cases);

    private readonly Parameter<T> weight, bias;

    /// <summary>A convolution from <paramref name="inputs"/> to <paramref name="outputs"/> features.</summary>
    /// <param name="inputs">The number of features of an input row.</param>
    /// <param name="outputs">The number of features of an output row.</param>
    /// <param name="window">The size, stride, padding and dilation of the kernel.</param>
    /// <param name="random">
    /// Draws the weights: normal, with variance <paramref name="gain"/> / (inputs · window size). The bias starts at 0.
    /// </param>
    /// <param name="gain">1; 4 if a gated linear unit follows (Gehring et al. 2017, section 3.5).</param>
    public Conv1d(int inputs, int outputs, Window window, RandomStream random, double gain = 1)
    {
        Window = window;
        var deviation = Math.Sqrt(gain / (inputs * window.Size));
        weight = Add("weight", Initializers.Normal<T>([outputs, inputs, window.Size], deviation, random));
        bias = Add("bias", Tensor<T>.Zeros([outputs]));
    }

    /// <summary>The size, stride, padding and dilation of the kernel.</summary>
    public Window Window { get; }

    /// <summary>Convolves each sequence.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <returns>[rows of Window.Over(layout), outputs].</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or no sequence has an output row.</exception>
    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout) => Forward(x, layout, Window);

    /// <summary>
    /// Convolves sequences that are exactly as long as the window, without padding: each gives one output row.
    /// </summary>
    /// <param name="x">[sequences · window size, inputs].</param>
    /// <returns>[sequences, outputs].</returns>
    public Tensor<T> Step(Tensor<T> x) =>
        Forward(x, SequenceLayout.Full(x.Shape[0] / Window.Size, Window.Size), new Window(Window.Size));

    private Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, Window window)
    {
        var tape = x.Tape;
        return Op.Conv1d(x, tape.Use(weight), tape.Use(bias), layout, window);
    }

    private static IEnumerable<GradientCase> Cases(RandomStream random)
    {
        var layer = new Conv1d<double>(3, 4, Window.Centered(3), random);
        LayerSamples.Randomize(layer);
        var layout = SequenceLayout.Packed([2, 4]);
        yield return GradientCase.Of(Samples.Normal(random, [6, 3]), x => layer.Forward(x, layout)) with
        {
            Module = layer,
        };
        yield return GradientCase.Of(Samples.Normal(random, [6, 3]), layer.Step) with
        {
            Description = "a step", Module = layer,
        };
    }
}
