using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A convolutional encoder-decoder, a small form of "Convolutional Sequence to Sequence Learning" (Gehring et al.
/// 2017): blocks of a convolution and a gated linear unit with a residual. The decoder's windows end at the present
/// token, and each of its blocks attends to the memory.
/// </summary>
public sealed class ConvolutionalTranslator<T> : TranslationNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model ConvolutionalTranslator",
        "encoder: x = (x + GLU(conv(x))) / sqrt(2); decoder: h = GLU(conv(x)), x = (x + (h + " +
        "Attention(h + e, memory)) / sqrt(2)) / sqrt(2), logits = x E^T",
        ModelSamples.ConvolutionalTranslator);

    private readonly SinusoidalPositions<T> positions;
    private readonly ConvolutionalEncoder<T> encoder;
    private readonly Conv1d<T>[] decoder;
    private readonly MultiHeadAttention<T>[] attention;

    /// <summary>A network with random weights.</summary>
    /// <exception cref="ArgumentException">All tables shall be one, but the vocabularies differ in size.</exception>
    /// <exception cref="ShapeException">
    /// The kernel is even or 1, or dModel is no multiple of the heads.
    /// </exception>
    public ConvolutionalTranslator(ConvolutionalConfiguration configuration, RandomStream random)
        : base(configuration, random)
    {
        var c = configuration;
        positions = new SinusoidalPositions<T>(c.DModel);
        encoder = Add("encoder", new ConvolutionalEncoder<T>(c, random));
        decoder = [.. Enumerable.Range(0, c.DecoderLayers).Select(i => Add(
            $"decoder.{i}.conv", ConvolutionalEncoder<T>.Block(Window.Causal(c.Kernel), c.DModel, random)))];
        attention = [.. decoder.Select((_, i) => Add(
            $"decoder.{i}.attention", new MultiHeadAttention<T>(
                c.DModel, c.Heads, random, c.AttentionDropout ?? c.Dropout)))];
    }

    /// <inheritdoc/>
    public override Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout) =>
        encoder.Forward(Place(tape, EmbedSource(tape, source, layout), layout), layout); // [rows, dModel]

    /// <inheritdoc/>
    public override Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout)
    {
        var embedded = Place(tape, EmbedTarget(tape, target, layout), layout); // [rows, dModel]
        var x = embedded;
        for (var i = 0; i < decoder.Length; i++)
        {
            var h = Op.Glu(decoder[i].Forward(Op.Dropout(x, Configuration.Dropout), layout)); // [rows, dModel]
            var context = attention[i].Forward(
                HalfSum(h, embedded), layout, attention[i].ProjectMemory(memory), memoryLayout); // [rows, dModel]
            x = Residual(decoder[i], x, Residual(attention[i], h, context));
        }
        return x;
    }

    /// <inheritdoc/>
    public override DecodingState<T> BeginDecoding(
        Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1)
    {
        // Before the first position a window reads zeros.
        var width = (decoder[0].Window.Size - 1) * Configuration.DModel;
        return new RowState<T>(
            this, memory, memoryLayout, attention,
            decoder.Select(_ => Tensor<T>.Zeros([memoryLayout.Sequences, width])));
    }

    internal override Tensor<T> StepRows(Tape<T> tape, int[] tokens, AttendingState<T> state)
    {
        var own = (RowState<T>)state;
        var (dModel, size, sentences) = (Configuration.DModel, decoder[0].Window.Size, tokens.Length);
        var layout = SequenceLayout.Full(sentences, 1);
        var embedded = Place(tape, EmbedTarget(tape, tokens, layout), layout, own.Length); // [sentences, dModel]
        var x = embedded;
        for (var i = 0; i < decoder.Length; i++)
        {
            var seen = Op.Concatenate([own.Read(tape, i), x], 1); // [sentences, size dModel]
            own.Write(i, Op.Slice(seen, 1, dModel, (size - 1) * dModel));
            var h = Op.Glu(decoder[i].Step(Op.Reshape(seen, [sentences * size, dModel]))); // [sentences, dModel]
            var weights = i == decoder.Length - 1 ? own.Weights : null;
            var context = attention[i].Step(HalfSum(h, embedded), own.Memories[i], own.Attended, weights);
            x = Residual(decoder[i], x, Residual(attention[i], h, context));
        }
        return x;
    }

    private static Tensor<T> HalfSum(Tensor<T> x, Tensor<T> y) => ConvolutionalEncoder<T>.HalfSum(x, y);

    private static Tensor<T> Residual(Module<T> sublayer, Tensor<T> x, Tensor<T> z) =>
        ConvolutionalEncoder<T>.Residual(sublayer, x, z);

    private Tensor<T> Place(Tape<T> tape, Tensor<T> x, SequenceLayout layout, int first = 0) =>
        DropEmbedded(ObservedNetwork.AddPositions(tape, x, positions, layout, first));
}
