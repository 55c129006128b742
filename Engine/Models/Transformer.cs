using System.Numerics;
using Engine.Kernels;
using Engine.Layers;
using Engine.Operations;

namespace Engine.Models;

/// <summary>
/// The Transformer of "Attention Is All You Need" (Vaswani et al. 2017): an encoder reads the source, a decoder writes
/// the target token by token. Parameters have the names and layouts of PyTorch's nn.Transformer, plus
/// <c>source_embedding.weight</c>, <c>target_embedding.weight</c> and, if it is not shared, <c>output.weight</c>.
/// </summary>
public sealed class Transformer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Columns of logits that are computed and read at a time. A sum over the vocabulary is taken block by block, so
    // that the block must not depend on how many sentences there are.
    private const int LogitBlock = 256;

    internal static readonly Operation Entry = new(
        "model Transformer", "memory = Encoder(embed(source)), logits = Decoder(embed(target), memory) E^T",
        ModelSamples.Transformer);

    private readonly Embedding<T> sourceEmbedding, targetEmbedding;
    private readonly Parameter<T> output;
    private readonly SinusoidalPositions<T> positions;
    private readonly Stack<T, EncoderLayer<T>> encoder;
    private readonly Stack<T, DecoderLayer<T>> decoder;

    /// <summary>A model with random weights.</summary>
    /// <exception cref="ArgumentException">All tables are to be one, but the vocabularies differ in size.</exception>
    /// <exception cref="ShapeException">Groups of features are normalized, but they do not divide dModel.</exception>
    public Transformer(TransformerConfiguration configuration, RandomStream random)
    {
        Configuration = configuration;
        var c = configuration;
        if (c.Sharing == EmbeddingSharing.All && c.SourceVocabulary != c.TargetVocabulary)
            throw new ArgumentException($"Transformer: tables can be shared only over one vocabulary, not " +
                $"{c.SourceVocabulary} and {c.TargetVocabulary} tokens; use EmbeddingSharing.Target.");
        positions = new SinusoidalPositions<T>(c.DModel);
        sourceEmbedding = Add("source_embedding", new Embedding<T>(c.SourceVocabulary, c.DModel, random, c.Padding));
        targetEmbedding = c.Sharing == EmbeddingSharing.All
            ? sourceEmbedding
            : Add("target_embedding", new Embedding<T>(c.TargetVocabulary, c.DModel, random, c.Padding));
        output = c.Sharing == EmbeddingSharing.None
            ? Add(
                "output.weight",
                Initializers.Normal<T>([c.TargetVocabulary, c.DModel], 1 / Math.Sqrt(c.DModel), random))
            : targetEmbedding.Weight;
        encoder = Add("encoder", new Stack<T, EncoderLayer<T>>(
            c.EncoderLayers, () => new EncoderLayer<T>(c, random), FinalNorm(), causal: false));
        decoder = Add("decoder", new Stack<T, DecoderLayer<T>>(
            c.DecoderLayers, () => new DecoderLayer<T>(c, random), FinalNorm(), causal: true));

        Norm<T>? FinalNorm() => c.FinalNorms ? c.CreateNorm<T>() : null;
    }

    /// <summary>What it was made from.</summary>
    public TransformerConfiguration Configuration { get; }

    /// <summary>Reads source sentences.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="source">Token numbers, one for each row of the layout.</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="observer">Gets the attention weights, for inspection.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    /// <exception cref="ShapeException">There is not one token for each row, or one is unknown.</exception>
    public Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout, AttentionObserver? observer = null) =>
        EncodeRows(Embed(tape, sourceEmbedding, source, layout), layout, observer);

    /// <summary>The encoder on rows that are embedded already.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="observer">Gets the attention weights, for inspection.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    public Tensor<T> EncodeRows(Tensor<T> x, SequenceLayout layout, AttentionObserver? observer = null) =>
        encoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout, observer));

    /// <summary>Reads target sentences up to each token, as in training: row i knows tokens 0 .. i.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="target">Token numbers, one for each row, shifted right: the sentence's first is "begin".</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel], from which <see cref="Logits"/> follow.</returns>
    public Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout) =>
        DecodeRows(Embed(tape, targetEmbedding, target, layout), layout, memory, memoryLayout);

    /// <summary>The decoder on rows that are embedded already.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output, [memory rows, dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> DecodeRows(Tensor<T> x, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout) =>
        decoder.Forward(x, layout, (layer, x) => layer.Forward(x, layout, memory, memoryLayout));

    /// <summary>How likely each token comes next, as logits.</summary>
    /// <param name="x">The decoder's output, [rows, dModel].</param>
    /// <returns>[rows, target vocabulary].</returns>
    public Tensor<T> Logits(Tensor<T> x) => Op.Linear(x, Tape<T>.Of(Op.LinearEntry, x).Use(output));

    /// <summary>The cross-entropy of the next tokens, whose logits are kept in one copy only.</summary>
    /// <param name="x">The decoder's output, [rows, dModel].</param>
    /// <param name="targets">The token that comes next in each row; rows with padding do not count.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over the vocabulary.</param>
    /// <param name="divisor">What the summed losses are divided by: the number of targets, for their mean.</param>
    /// <returns>A single number.</returns>
    public Tensor<T> Loss(Tensor<T> x, int[] targets, double labelSmoothing = 0, double divisor = 1)
    {
        var tape = Tape<T>.Of(Op.ProjectionCrossEntropyEntry, x);
        return Op.ProjectionCrossEntropy(x, tape.Use(output), targets, Configuration.Padding, labelSmoothing, divisor);
    }

    /// <summary>Starts decoding: what every step needs of the memory is computed once.</summary>
    /// <param name="memory">The encoder's output, [memory rows, dModel]; it may end before decoding does.</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <param name="hypotheses">How many hypotheses of a sentence to make room for; there may come to be
    /// more.</param>
    public DecodingState<T> BeginDecoding(Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1) =>
        new(decoder.Layers, memory, memoryLayout, hypotheses);

    /// <summary>Reads one more token of each sentence.</summary>
    /// <param name="tape">A tape in inference mode.</param>
    /// <param name="tokens">The last token of each sentence.</param>
    /// <param name="state">What is known of the tokens before; grows by one.</param>
    /// <returns>The logits of the next token, [sentences, target vocabulary].</returns>
    public Tensor<T> Step(Tape<T> tape, int[] tokens, DecodingState<T> state) => Logits(StepRows(tape, tokens, state));

    /// <summary>Reads one more token of each sentence, and hands the logits on block by block.</summary>
    internal void Step(Tape<T> tape, int[] tokens, DecodingState<T> state, ILogitReader<T> reader)
    {
        var x = StepRows(tape, tokens, state); // [sentences, dModel]
        var view = new MatrixView<T>(x.Data, tokens.Length, Configuration.DModel);
        var weight = tape.Use(output);
        var scratch = tape.Borrow(tokens.Length * LogitBlock);
        for (var first = 0; first < Configuration.TargetVocabulary; first += LogitBlock)
        {
            var count = Math.Min(LogitBlock, Configuration.TargetVocabulary - first);
            var logits = scratch.Span[..(tokens.Length * count)]; // [sentences, count]
            new WeightRows<T>(weight, first, count).Apply(tape, view, logits);
            reader.Read(logits, first, count);
        }
        tape.Release(scratch);
    }

    private Tensor<T> StepRows(Tape<T> tape, int[] tokens, DecodingState<T> state)
    {
        var layout = SequenceLayout.Full(tokens.Length, 1);
        var x = Embed(tape, targetEmbedding, tokens, layout, state.Length);
        var i = 0;
        return decoder.Forward(x, layout, (layer, x) =>
        {
            var y = layer.Step(x, state.Caches[i], state.Memories[i], state.Attended);
            i++;
            return y;
        });
    }

    private Tensor<T> Embed(Tape<T> tape, Embedding<T> table, int[] tokens, SequenceLayout layout, int first = 0)
    {
        if (tokens.Length != layout.Rows)
            throw new ShapeException($"Transformer: {tokens.Length} tokens were given for " +
                $"the layout's {layout.Rows} rows.");
        var x = Op.Scale(table.Forward(tape, tokens), Math.Sqrt(Configuration.DModel)); // [rows, dModel]
        return Op.Dropout(Op.Add(x, positions.Forward(tape, layout, first)), Configuration.Dropout);
    }
}
