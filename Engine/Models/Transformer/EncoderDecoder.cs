using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The layers of a <see cref="Transformer{T}"/> without its tables: it reads and writes rows that are embedded already.
/// This is PyTorch's nn.Transformer, with its names and layouts (<c>encoder.layers.0.self_attn.in_proj_weight</c> to
/// <c>decoder.norm.weight</c>), so that a state_dict of it loads as it is.
/// </summary>
public sealed class EncoderDecoder<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model EncoderDecoder", "memory = Encoder(x), y = Decoder(z, memory)", ModelSamples.EncoderDecoder);

    private readonly Stack<T, EncoderLayer<T>> encoder;
    private readonly Stack<T, DecoderLayer<T>> decoder;

    /// <summary>Layers with random weights; of the configuration, vocabularies and positions that are added to
    /// embeddings are not read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A dropout probability is not in [0, 1).</exception>
    /// <exception cref="ShapeException">dModel is no multiple of the heads, rotary heads have an odd number of
    /// features, or groups of features are normalized, but they do not divide dModel.</exception>
    public EncoderDecoder(TransformerConfiguration configuration, RandomStream random)
    {
        var c = configuration;
        encoder = Add("encoder", new Stack<T, EncoderLayer<T>>(
            c.EncoderLayers, () => new EncoderLayer<T>(c, random), FinalNorm(), causal: false));
        decoder = Add("decoder", new Stack<T, DecoderLayer<T>>(
            c.DecoderLayers, () => new DecoderLayer<T>(c, random), FinalNorm(), causal: true));

        Norm<T>? FinalNorm() => c.FinalNorms ? c.CreateNorm<T>() : null;
    }

    /// <summary>The encoder.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="observer">Gets the attention weights, for inspection.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    public Tensor<T> Encode(Tensor<T> x, SequenceLayout layout, AttentionObserver? observer = null) =>
        encoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout, observer));

    /// <summary>The decoder, in which a row sees none after it.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output, [memory rows, dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Decode(Tensor<T> x, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout) =>
        decoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout, memory, memoryLayout));

    /// <summary>Starts decoding row by row: what every step needs of the memory is computed once.</summary>
    internal TransformerState<T> BeginDecoding(Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses) =>
        new(decoder.Layers, memory, memoryLayout, hypotheses);

    /// <summary>The decoder on one more row of each sentence, [sentences, dModel].</summary>
    internal Tensor<T> Step(Tensor<T> x, SequenceLayout layout, TransformerState<T> state)
    {
        var i = 0;
        return decoder.Forward(x, layout, (layer, x) =>
        {
            var weights = i == decoder.Layers.Count - 1 ? state.Weights : null;
            var y = layer.Step(x, state.Caches[i], state.Memories[i], state.Attended, weights);
            i++;
            return y;
        });
    }
}
