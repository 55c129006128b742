using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A layer of the decoder (Vaswani et al. 2017, section 3.1): causal self-attention, attention to the encoder's
/// output, then a feed-forward network.
/// </summary>
public sealed class DecoderLayer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer DecoderLayer",
        "x = residual(x, causal SelfAttention), x = residual(x, CrossAttention), y = residual(x, FeedForward)",
        ModelSamples.DecoderLayer);

    private readonly MultiHeadAttention<T> selfAttention, crossAttention;
    private readonly FeedForward<T> feedForward;
    private readonly Residual<T> residual1, residual2, residual3;

    /// <summary>A layer with random weights and the configuration's sizes.</summary>
    public DecoderLayer(TransformerConfiguration configuration, RandomStream random)
    {
        var (dModel, dropout) = (configuration.DModel, configuration.Dropout);
        var weightDropout = configuration.AttentionDropout ?? dropout;
        selfAttention = Add(
            "self_attn",
            new MultiHeadAttention<T>(dModel, configuration.Heads, random, weightDropout, configuration.Positions));
        crossAttention = Add(
            "multihead_attn", new MultiHeadAttention<T>(dModel, configuration.Heads, random, weightDropout));
        feedForward = Add("", new FeedForward<T>(
            dModel, configuration.DFf, random, configuration.Activation, configuration.ActivationDropout ?? dropout));
        residual1 = Add("", new Residual<T>(1, configuration, causal: true));
        residual2 = Add("", new Residual<T>(2, configuration, causal: true));
        residual3 = Add("", new Residual<T>(3, configuration, causal: true));
    }

    /// <summary>Applies the layer to whole target sequences, as in training.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="memory">The encoder's output, [memory rows, dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sequence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout)
    {
        using var module = Enter(x);
        x = residual1.Around(x, layout, x => selfAttention.Forward(x, layout, causal: true));
        x = residual2.Around(
            x, layout, x => crossAttention.Forward(x, layout, crossAttention.ProjectMemory(memory), memoryLayout));
        return residual3.Around(x, layout, feedForward.Forward);
    }

    /// <summary>The keys and values of the encoder's output for this layer, for <see cref="Step"/>.</summary>
    /// <param name="memory">[memory rows, dModel].</param>
    /// <returns>[memory rows, 2 dModel]: keys, then values.</returns>
    public Tensor<T> ProjectMemory(Tensor<T> memory) => crossAttention.ProjectMemory(memory);

    /// <summary>Applies the layer to one more row of each sequence.</summary>
    /// <param name="x">[sequences, dModel].</param>
    /// <param name="cache">Keys and values of the earlier rows; the layer appends this row's.</param>
    /// <param name="memory">The keys and values that <see cref="ProjectMemory"/> gave.</param>
    /// <param name="attended">Which memory rows each sequence attends to.</param>
    /// <param name="weights">Gets the weights of the attention to the memory; null for nobody.</param>
    /// <returns>[sequences, dModel].</returns>
    internal Tensor<T> Step(
        Tensor<T> x, KeyValueCache<T> cache, Tensor<T> memory, AttendedRows attended, StepWeights<T>? weights)
    {
        using var module = Enter(x);
        var layout = SequenceLayout.Full(x.Shape[0], 1);
        x = residual1.Around(x, layout, x => selfAttention.Step(x, cache));
        x = residual2.Around(x, layout, x => crossAttention.Step(x, memory, attended, weights));
        return residual3.Around(x, layout, feedForward.Forward);
    }
}
