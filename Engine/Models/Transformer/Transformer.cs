using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The Transformer of "Attention Is All You Need" (Vaswani et al. 2017): an encoder reads the source, a decoder writes
/// the target token by token. Its <see cref="EncoderDecoder"/> has the parameters of PyTorch's nn.Transformer, with
/// their names and layouts; beside it are the tables of <see cref="TranslationNetwork{T}"/>. Learned positions are
/// <c>source_position_embedding.weight</c> and <c>target_position_embedding.weight</c>.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Models;
///
/// var network = new Transformer<float>(
///     new TransformerConfiguration
///     {
///         SourceVocabulary = 20, TargetVocabulary = 30, DModel = 16, DFf = 32, Heads = 2, EncoderLayers = 1,
///         DecoderLayers = 1,
///     },
///     new RandomStream(1));
/// using var tape = new Tape<float>();
/// var layout = SequenceLayout.Full(sequences: 1, length: 3);
/// var memory = network.Encode(tape, [5, 6, 3], layout);               // [3, 16]
/// var rows = network.Decode(tape, [2, 7, 8], layout, memory, layout); // [3, 16]
/// Console.WriteLine(network.Logits(rows).Shape);                      // prints: [3, 30]
/// var gradients = tape.Backward(network.Loss(rows, [7, 8, 3], divisor: 3));
/// ]]></code>
/// </example>
public sealed class Transformer<T> : TranslationNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model Transformer", "memory = Encoder(embed(source)), logits = Decoder(embed(target), memory) E^T",
        ModelSamples.Transformer);

    private readonly IPositions<T>? sourcePositions, targetPositions;

    /// <summary>A network with random weights.</summary>
    /// <exception cref="ArgumentException">All tables shall be one, but the vocabularies differ in size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A dropout probability is not in [0, 1).</exception>
    /// <exception cref="ShapeException">dModel is no multiple of the heads, rotary heads have an odd number of
    /// features, or groups of features are normalized, but they do not divide dModel.</exception>
    public Transformer(TransformerConfiguration configuration, RandomStream random) : base(configuration, random)
    {
        var c = configuration;
        (sourcePositions, targetPositions) = (c.CreatePositions<T>(random), c.CreatePositions<T>(random));
        if (sourcePositions is Module<T> sourceTable) Add("source_position_embedding", sourceTable);
        if (targetPositions is Module<T> targetTable) Add("target_position_embedding", targetTable);
        EncoderDecoder = Add("", new EncoderDecoder<T>(c, random));
    }

    /// <summary>The layers without the tables; they may be saved and loaded by themselves.</summary>
    public EncoderDecoder<T> EncoderDecoder { get; }

    /// <inheritdoc/>
    public override Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout) =>
        EncoderDecoder.Encode(Place(tape, EmbedSource(tape, source, layout), sourcePositions, layout), layout);

    /// <inheritdoc/>
    public override Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout) =>
        EncoderDecoder.Decode(
            Place(tape, EmbedTarget(tape, target, layout), targetPositions, layout), layout, memory, memoryLayout);

    /// <inheritdoc/>
    public override DecodingState<T> BeginDecoding(
        Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1) =>
        EncoderDecoder.BeginDecoding(this, memory, memoryLayout, hypotheses);

    internal override Tensor<T> StepRows(Tape<T> tape, int[] tokens, AttendingState<T> state)
    {
        var own = (TransformerState<T>)state;
        var layout = SequenceLayout.Full(tokens.Length, 1);
        var x = Place(tape, EmbedTarget(tape, tokens, layout), targetPositions, layout, own.Length);
        return EncoderDecoder.Step(x, layout, own);
    }

    /// <summary>
    /// Adds positions to embedded tokens, if the positions are of a kind that is added; drops features.
    /// </summary>
    private Tensor<T> Place(
        Tape<T> tape, Tensor<T> x, IPositions<T>? positions, SequenceLayout layout, int first = 0) =>
        DropEmbedded(positions is null ? x : ObservedNetwork.AddPositions(tape, x, positions, layout, first));
}
