using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A recurrent encoder-decoder with attention. The encoder reads in both directions (Bahdanau et al. 2015). The
/// decoder's first state is a map of the memory's mean (Sennrich et al. 2017), and its output attends to the memory
/// (Luong et al. 2015, without input feeding, so that training computes all steps of a layer in one operation).
/// </summary>
public sealed class RecurrentTranslator<T> : TranslationNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model RecurrentTranslator",
        "h = Recurrent(embed(target), tanh(B mean(memory))), logits = tanh(W [h; Attention(h, memory)]) E^T",
        ModelSamples.RecurrentTranslator);

    private readonly Recurrent<T> encoder, decoder;
    private readonly Linear<T> bridge, combine;
    private readonly MultiHeadAttention<T> attention;

    /// <summary>A network with random weights.</summary>
    /// <exception cref="ArgumentException">All tables shall be one, but the vocabularies differ in size.</exception>
    /// <exception cref="ShapeException">dModel is odd, or no multiple of the heads.</exception>
    public RecurrentTranslator(RecurrentConfiguration configuration, RandomStream random) : base(configuration, random)
    {
        var c = configuration;
        encoder = Add("encoder", Encoder(c, random));
        decoder = Add("decoder", Create(c, c.DModel, c.DecoderLayers, false, random));
        bridge = Add("bridge", new Linear<T>(c.DModel, decoder.StateWidth, random));
        attention = Add(
            "attention", new MultiHeadAttention<T>(c.DModel, c.Heads, random, c.AttentionDropout ?? c.Dropout));
        combine = Add("combine", new Linear<T>(2 * c.DModel, c.DModel, random));
    }

    /// <inheritdoc/>
    public override Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout) =>
        Op.Dropout(
            encoder.Forward(DropEmbedded(EmbedSource(tape, source, layout)), layout),
            Configuration.Dropout);

    /// <inheritdoc/>
    public override Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout)
    {
        var x = DropEmbedded(EmbedTarget(tape, target, layout)); // [rows, dModel]
        var h = decoder.Forward(x, layout, Begin(memory, memoryLayout)); // [rows, dModel]
        return Combine(h, attention.Forward(h, layout, attention.ProjectMemory(memory), memoryLayout));
    }

    /// <inheritdoc/>
    public override DecodingState<T> BeginDecoding(
        Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1) =>
        new RowState<T>(this, memory, memoryLayout, [attention], [Begin(memory, memoryLayout)]);

    internal override Tensor<T> StepRows(Tape<T> tape, int[] tokens, AttendingState<T> state)
    {
        var own = (RowState<T>)state;
        var layout = SequenceLayout.Full(tokens.Length, 1);
        var (h, after) = decoder.Step(EmbedTarget(tape, tokens, layout), own.Read(tape, 0)); // [sentences, dModel]
        own.Write(0, after);
        return Combine(h, attention.Step(h, own.Memories[0], own.Attended, own.Weights));
    }

    /// <summary>An encoder that reads in both directions.</summary>
    /// <exception cref="ShapeException">dModel is odd.</exception>
    internal static Recurrent<T> Encoder(RecurrentConfiguration c, RandomStream random) =>
        c.DModel % 2 == 0
            ? Create(c, c.DModel / 2, c.EncoderLayers, true, random)
            : throw new ShapeException($"{c.Kind}: dModel {c.DModel} must be even: each direction of the encoder has " +
                "half of the features.");

    private static Recurrent<T> Create(
        RecurrentConfiguration c, int hidden, int layers, bool bidirectional, RandomStream random) => c.Kind switch
        {
            RecurrentKind.Rnn => new Rnn<T>(c.DModel, hidden, random, layers, bidirectional, c.Dropout),
            RecurrentKind.Gru => new Gru<T>(c.DModel, hidden, random, layers, bidirectional, c.Dropout),
            _ => new Lstm<T>(c.DModel, hidden, random, layers, bidirectional, c.Dropout),
        };

    /// <summary>The decoder's first state, [sentences, state width].</summary>
    private Tensor<T> Begin(Tensor<T> memory, SequenceLayout memoryLayout) =>
        Op.Tanh(bridge.Forward(Op.MeanPool(memory, memoryLayout)));

    private Tensor<T> Combine(Tensor<T> h, Tensor<T> context)
    {
        var both = Op.Concatenate([h, context], 1); // [rows, 2 dModel]
        return Op.Dropout(Op.Tanh(combine.Forward(both)), Configuration.Dropout); // [rows, dModel]
    }
}
