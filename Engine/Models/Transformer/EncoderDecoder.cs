using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The layers of a <see cref="Transformer{T}"/> without its tables: their input is embedded already. This is PyTorch's
/// nn.Transformer, with its names and layouts (<c>encoder.layers.0.self_attn.in_proj_weight</c> to
/// <c>decoder.norm.weight</c>), so that a state_dict of nn.Transformer loads as it is.
/// </summary>
public sealed class EncoderDecoder<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model EncoderDecoder", "memory = Encoder(x), y = Decoder(z, memory)", ModelSamples.EncoderDecoder);

    private readonly Stack<T, EncoderLayer<T>> encoder;
    private readonly Stack<T, DecoderLayer<T>> decoder;

    /// <summary>
    /// Layers with random weights. Of the configuration, the vocabularies and positions that are added to embeddings
    /// are not read.
    /// </summary>
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
    /// <returns>The memory, [rows, dModel].</returns>
    public Tensor<T> Encode(Tensor<T> x, SequenceLayout layout)
    {
        foreach (var layer in encoder.Layers) x = Alone(x, null, (x, _) => layer.Forward(x, layout));
        return encoder.Normalize(x, layout);
    }

    /// <summary>The decoder. A row does not depend on later rows.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output, [memory rows, dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Decode(Tensor<T> x, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout)
    {
        foreach (var layer in decoder.Layers)
            x = Alone(x, memory, (x, memory) => layer.Forward(x, layout, memory!, memoryLayout));
        return decoder.Normalize(x, layout);
    }

    // In inference nothing reads a layer's activations later. On a tape of its own, a layer leaves its output alone,
    // and the layers after it use the same memory.
    private static Tensor<T> Alone(
        Tensor<T> x, Tensor<T>? memory, Func<Tensor<T>, Tensor<T>?, Tensor<T>> layer)
    {
        var tape = x.Tape;
        if (tape.Mode != Mode.Inference || tape.DetectsAnomalies || tape.Observer is not null) return layer(x, memory);
        using var own = new Tape<T>(Mode.Inference);
        return tape.Constant(layer(own.Constant(x), memory is null ? null : own.Constant(memory)));
    }

    /// <summary>Starts decoding row by row: computes once what every step needs of the memory.</summary>
    internal TransformerState<T> BeginDecoding(
        TranslationNetwork<T> network, Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses) =>
        new(network, decoder.Layers, memory, memoryLayout, hypotheses);

    /// <summary>The decoder on one more row of each sentence, [sentences, dModel].</summary>
    internal Tensor<T> Step(Tensor<T> x, SequenceLayout layout, TransformerState<T> state)
    {
        for (var i = 0; i < decoder.Layers.Count; i++)
        {
            var weights = i == decoder.Layers.Count - 1 ? state.Weights : null;
            x = decoder.Layers[i].Step(x, state.Caches[i], state.Memories[i], state.Attended, weights);
        }
        return decoder.Normalize(x, layout);
    }
}
