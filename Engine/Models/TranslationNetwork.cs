using System.Numerics;
using Engine.Kernels;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// An encoder and a decoder with their tables of tokens: what training, validation and decoding know of a network,
/// whichever architecture it has. Parameters <c>source_embedding.weight</c>, <c>target_embedding.weight</c> and, if it
/// is not shared, <c>output.weight</c>.
/// </summary>
public abstract class TranslationNetwork<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Columns of logits that are computed and read at a time. A sum over the vocabulary is taken block by block, so
    // that the block must not depend on how many sentences there are.
    private const int LogitBlock = 256;

    private readonly Embedding<T> sourceEmbedding, targetEmbedding;
    private readonly Parameter<T> output;

    /// <summary>The tables, with random numbers.</summary>
    /// <exception cref="ArgumentException">All tables are to be one, but the vocabularies differ in size.</exception>
    private protected TranslationNetwork(NetworkConfiguration configuration, RandomStream random)
    {
        Configuration = configuration;
        var c = configuration;
        if (c.Sharing == EmbeddingSharing.All && c.SourceVocabulary != c.TargetVocabulary)
            throw new ArgumentException($"{Name}: tables can be shared only over one vocabulary, not " +
                $"{c.SourceVocabulary} and {c.TargetVocabulary} tokens; use EmbeddingSharing.Target.");
        DropoutProbability.Check(c.EmbeddingDropout ?? c.Dropout);
        sourceEmbedding = Add("source_embedding", new Embedding<T>(c.SourceVocabulary, c.DModel, random, c.Padding));
        targetEmbedding = c.Sharing == EmbeddingSharing.All
            ? sourceEmbedding
            : Add("target_embedding", new Embedding<T>(c.TargetVocabulary, c.DModel, random, c.Padding));
        output = c.Sharing == EmbeddingSharing.None
            ? Add(
                "output.weight",
                Initializers.Normal<T>([c.TargetVocabulary, c.DModel], 1 / Math.Sqrt(c.DModel), random))
            : targetEmbedding.Weight;
    }

    /// <summary>What it was made from.</summary>
    public NetworkConfiguration Configuration { get; }

    /// <summary>Reads source sentences.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="source">Token numbers, one for each row of the layout.</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    /// <exception cref="ShapeException">There is not one token for each row, or one is unknown.</exception>
    public abstract Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout);

    /// <summary>Reads target sentences up to each token, as in training: row i knows tokens 0 .. i.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="target">Token numbers, one for each row, shifted right: the sentence's first is "begin".</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output.</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel], from which <see cref="Logits"/> follow.</returns>
    public abstract Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout);

    /// <summary>How likely each token comes next, as logits.</summary>
    /// <param name="x">The decoder's output, [rows, dModel].</param>
    /// <returns>[rows, target vocabulary].</returns>
    public Tensor<T> Logits(Tensor<T> x) => Op.Linear(x, x.Tape.Use(output));

    /// <summary>The cross-entropy of the next tokens, whose logits are kept in one copy only.</summary>
    /// <param name="x">The decoder's output, [rows, dModel].</param>
    /// <param name="targets">The token that comes next in each row; rows with padding do not count.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over the vocabulary.</param>
    /// <param name="divisor">What the summed losses are divided by: the number of targets, for their mean.</param>
    /// <returns>A single number.</returns>
    public Tensor<T> Loss(Tensor<T> x, int[] targets, double labelSmoothing = 0, double divisor = 1)
    {
        var tape = x.Tape;
        return Op.ProjectionCrossEntropy(x, tape.Use(output), targets, Configuration.Padding, labelSmoothing, divisor);
    }

    /// <summary>R-Drop's loss of two passes over the same tokens: cross-entropy and disagreement.</summary>
    /// <param name="x">The decoder's output in both passes, one above the other, [2 rows, dModel].</param>
    /// <param name="targets">The token that comes next in each row of a pass.</param>
    /// <param name="alpha">How much agreement counts.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over the vocabulary.</param>
    /// <param name="divisor">What the summed losses are divided by.</param>
    /// <returns>A single number.</returns>
    public Tensor<T> RDropLoss(Tensor<T> x, int[] targets, double alpha, double labelSmoothing = 0, double divisor = 1)
    {
        var tape = x.Tape;
        return Op.ProjectionRDrop(x, tape.Use(output), targets, alpha, labelSmoothing, divisor);
    }

    /// <summary>Starts decoding: what every step needs of the memory is computed once.</summary>
    /// <param name="memory">The encoder's output, [memory rows, dModel]; it may end before decoding does.</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <param name="hypotheses">How many hypotheses of a sentence to make room for; there may come to be
    /// more.</param>
    public abstract DecodingState<T> BeginDecoding(
        Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1);

    /// <summary>Reads one more token of each sentence.</summary>
    /// <param name="tape">A tape in inference mode.</param>
    /// <param name="tokens">The last token of each sentence.</param>
    /// <param name="state">What <see cref="BeginDecoding"/> gave: what is known of the tokens before; grows by
    /// one.</param>
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

    /// <summary>The decoder's output for one more token of each sentence, [sentences, dModel].</summary>
    private protected abstract Tensor<T> StepRows(Tape<T> tape, int[] tokens, DecodingState<T> state);

    /// <summary>Rows of source tokens, scaled to the size of what is added to them.</summary>
    /// <returns>[rows, dModel].</returns>
    private protected Tensor<T> EmbedSource(Tape<T> tape, int[] tokens, SequenceLayout layout) =>
        Embed(tape, sourceEmbedding, tokens, layout);

    /// <summary>Rows of target tokens, scaled to the size of what is added to them.</summary>
    /// <returns>[rows, dModel].</returns>
    private protected Tensor<T> EmbedTarget(Tape<T> tape, int[] tokens, SequenceLayout layout) =>
        Embed(tape, targetEmbedding, tokens, layout);

    /// <summary>Dropout of embedded tokens.</summary>
    private protected Tensor<T> DropEmbedded(Tensor<T> x) =>
        Op.Dropout(x, Configuration.EmbeddingDropout ?? Configuration.Dropout);

    private string Name => GetType().Name.Split('`')[0];

    private Tensor<T> Embed(Tape<T> tape, Embedding<T> table, int[] tokens, SequenceLayout layout) =>
        tokens.Length == layout.Rows
            ? Op.Scale(table.Forward(tape, tokens), Math.Sqrt(Configuration.DModel))
            : throw new ShapeException($"{Name}: {tokens.Length} tokens were given for " +
                $"the layout's {layout.Rows} rows.");
}
