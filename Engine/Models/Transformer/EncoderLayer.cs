using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A layer of the encoder (Vaswani et al. 2017, section 3.1): self-attention, then a feed-forward network.
/// </summary>
public sealed class EncoderLayer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer EncoderLayer", "x = residual(x, SelfAttention), y = residual(x, FeedForward)",
        ModelSamples.EncoderLayer);

    private readonly MultiHeadAttention<T> selfAttention;
    private readonly FeedForward<T> feedForward;
    private readonly Residual<T> residual1, residual2;

    /// <summary>A layer with random weights and the configuration's sizes.</summary>
    public EncoderLayer(TransformerConfiguration configuration, RandomStream random)
    {
        var (dModel, dropout) = (configuration.DModel, configuration.Dropout);
        selfAttention = Add("self_attn", new MultiHeadAttention<T>(
            dModel, configuration.Heads, random, configuration.AttentionDropout ?? dropout, configuration.Positions));
        feedForward = Add("", new FeedForward<T>(
            dModel, configuration.DFf, random, configuration.Activation, configuration.ActivationDropout ?? dropout));
        residual1 = Add("", new Residual<T>(1, configuration, causal: false));
        residual2 = Add("", new Residual<T>(2, configuration, causal: false));
    }

    /// <summary>Applies the layer.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout)
    {
        using var module = Enter(x);
        x = residual1.Around(x, layout, x => selfAttention.Forward(x, layout));
        return residual2.Around(x, layout, feedForward.Forward);
    }
}
