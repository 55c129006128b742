using System.Numerics;
using Engine.Kernels;
using Engine.Layers;
using Engine.Operations;

namespace Engine.Models;

/// <summary>
/// The Transformer of "Attention Is All You Need" (Vaswani et al. 2017): an encoder reads the source, a decoder writes
/// the target token by token. Parameters have the names and layouts of PyTorch's nn.Transformer, plus the tables of
/// <see cref="TranslationNetwork{T}"/>; learned positions are <c>source_position_embedding.weight</c> and
/// <c>target_position_embedding.weight</c>.
/// </summary>
public sealed class Transformer<T> : TranslationNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly Operation Entry = new(
        "model Transformer", "memory = Encoder(embed(source)), logits = Decoder(embed(target), memory) E^T",
        ModelSamples.Transformer);

    private readonly IPositions<T>? sourcePositions, targetPositions;
    private readonly Stack<T, EncoderLayer<T>> encoder;
    private readonly Stack<T, DecoderLayer<T>> decoder;

    /// <summary>A model with random weights.</summary>
    /// <exception cref="ArgumentException">All tables are to be one, but the vocabularies differ in size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A dropout probability is not in [0, 1).</exception>
    /// <exception cref="ShapeException">dModel is no multiple of the heads, rotary heads have an odd number of
    /// features, or groups of features are normalized, but they do not divide dModel.</exception>
    public Transformer(TransformerConfiguration configuration, RandomStream random) : base(configuration, random)
    {
        var c = configuration;
        (sourcePositions, targetPositions) = (c.CreatePositions<T>(random), c.CreatePositions<T>(random));
        if (sourcePositions is Module<T> sourceTable) Add("source_position_embedding", sourceTable);
        if (targetPositions is Module<T> targetTable) Add("target_position_embedding", targetTable);
        encoder = Add("encoder", new Stack<T, EncoderLayer<T>>(
            c.EncoderLayers, () => new EncoderLayer<T>(c, random), FinalNorm(), causal: false));
        decoder = Add("decoder", new Stack<T, DecoderLayer<T>>(
            c.DecoderLayers, () => new DecoderLayer<T>(c, random), FinalNorm(), causal: true));

        Norm<T>? FinalNorm() => c.FinalNorms ? c.CreateNorm<T>() : null;
    }

    /// <inheritdoc/>
    public override Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout) =>
        Encode(tape, source, layout, null);

    /// <summary>Reads source sentences, and shows how.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="source">Token numbers, one for each row of the layout.</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="observer">Gets the attention weights, for inspection.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    /// <exception cref="ShapeException">There is not one token for each row, or one is unknown.</exception>
    public Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout, AttentionObserver? observer) =>
        EncodeRows(Place(tape, EmbedSource(tape, source, layout), sourcePositions, layout), layout, observer);

    /// <summary>The encoder on rows that are embedded already.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="observer">Gets the attention weights, for inspection.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    public Tensor<T> EncodeRows(Tensor<T> x, SequenceLayout layout, AttentionObserver? observer = null) =>
        encoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout, observer));

    /// <inheritdoc/>
    public override Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout) =>
        DecodeRows(
            Place(tape, EmbedTarget(tape, target, layout), targetPositions, layout), layout, memory, memoryLayout);

    /// <summary>The decoder on rows that are embedded already.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output, [memory rows, dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> DecodeRows(Tensor<T> x, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout) =>
        decoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout, memory, memoryLayout));

    /// <inheritdoc/>
    public override DecodingState<T> BeginDecoding(
        Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1) =>
        new TransformerState<T>(decoder.Layers, memory, memoryLayout, hypotheses);

    private protected override Tensor<T> StepRows(Tape<T> tape, int[] tokens, DecodingState<T> state)
    {
        var own = (TransformerState<T>)state;
        var layout = SequenceLayout.Full(tokens.Length, 1);
        var x = Place(tape, EmbedTarget(tape, tokens, layout), targetPositions, layout, own.Length);
        var i = 0;
        return decoder.Forward(x, layout, (layer, x) =>
        {
            var weights = i == decoder.Layers.Count - 1 ? own.Weights : null;
            var y = layer.Step(x, own.Caches[i], own.Memories[i], own.Attended, weights);
            i++;
            return y;
        });
    }

    /// <summary>Tells embedded tokens their positions, if these are of a kind that is added.</summary>
    private Tensor<T> Place(
        Tape<T> tape, Tensor<T> x, IPositions<T>? positions, SequenceLayout layout, int first = 0) =>
        DropEmbedded(positions is null ? x : Op.Add(x, positions.Forward(tape, layout, first)));
}
