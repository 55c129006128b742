using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// A network that translates: an encoder, a decoder, the embeddings of both, and the projection onto the target
/// vocabulary. Training, validation and decoding know a network by this class, whatever its architecture. Parameters
/// are <c>source_embedding.weight</c>, <c>target_embedding.weight</c>, <c>output.weight</c> (if it is not shared), and
/// the architecture's own.
/// </summary>
public abstract class TranslationNetwork<T> : Module<T>, ITokenGenerator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Embedding<T> sourceEmbedding, targetEmbedding;

    /// <summary>Embeddings and projection, with random weights.</summary>
    /// <exception cref="ArgumentException">All tables shall be one, but the vocabularies differ in size.</exception>
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
        Output = c.Sharing == EmbeddingSharing.None
            ? Add(
                "output.weight",
                Initializers.Normal<T>([c.TargetVocabulary, c.DModel], 1 / Math.Sqrt(c.DModel), random))
            : targetEmbedding.Weight;
    }

    /// <summary>The network's sizes and choices.</summary>
    public NetworkConfiguration Configuration { get; }

    /// <summary>The tokens of the target vocabulary.</summary>
    int ITokenGenerator<T>.VocabularySize => Configuration.TargetVocabulary;

    /// <summary>The projection onto the target vocabulary, [target vocabulary, dModel].</summary>
    internal Parameter<T> Output { get; }

    /// <summary>The encoder: reads source sentences.</summary>
    /// <param name="tape">Records the forward pass.</param>
    /// <param name="source">Ids, one for each row of the layout.</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <returns>The memory, [rows, dModel].</returns>
    /// <exception cref="ShapeException">
    /// There is not one id for each row, or an id is outside the vocabulary.
    /// </exception>
    public abstract Tensor<T> Encode(Tape<T> tape, int[] source, SequenceLayout layout);

    /// <summary>
    /// The decoder: reads whole target sentences, as in training. A row depends on the target's tokens up to its own,
    /// and on no later one.
    /// </summary>
    /// <param name="tape">Records the forward pass.</param>
    /// <param name="target">Ids, one for each row, shifted right: the first id of a sentence is "begin".</param>
    /// <param name="layout">Which rows form which sentence.</param>
    /// <param name="memory">The encoder's output, [memory rows, dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <returns>[rows, dModel]; <see cref="Logits"/> and <see cref="Loss"/> take it.</returns>
    public abstract Tensor<T> Decode(
        Tape<T> tape, int[] target, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout);

    /// <summary>The logits of the token that comes next in each row.</summary>
    /// <param name="x">The decoder's output, [rows, dModel].</param>
    /// <returns>[rows, target vocabulary].</returns>
    public Tensor<T> Logits(Tensor<T> x) => Op.Linear(x, x.Tape.Use(Output));

    /// <summary>The cross-entropy of the tokens that come next. No tensor of all logits is kept.</summary>
    /// <param name="x">The decoder's output, [rows, dModel].</param>
    /// <param name="targets">The token that comes next in each row; rows with padding do not count.</param>
    /// <param name="labelSmoothing">The part of each target's probability that is spread over the vocabulary.</param>
    /// <param name="divisor">Divides the sum of the losses; the number of targets gives the mean.</param>
    /// <returns>A single number, [].</returns>
    public Tensor<T> Loss(Tensor<T> x, int[] targets, double labelSmoothing = 0, double divisor = 1)
    {
        var tape = x.Tape;
        return Op.ProjectionCrossEntropy(x, tape.Use(Output), targets, Configuration.Padding, labelSmoothing, divisor);
    }

    /// <summary>R-Drop's loss of two forward passes: their cross-entropies, and how far they diverge.</summary>
    /// <param name="x">The decoder's output in the first pass above its output in the second, [2 rows, dModel].</param>
    /// <param name="targets">The token that comes next in each row of a pass.</param>
    /// <param name="alpha">The weight of the divergence.</param>
    /// <param name="labelSmoothing">The part of each target's probability that is spread over the vocabulary.</param>
    /// <param name="divisor">Divides the sum of the losses.</param>
    /// <returns>A single number, [].</returns>
    public Tensor<T> RDropLoss(Tensor<T> x, int[] targets, double alpha, double labelSmoothing = 0, double divisor = 1)
    {
        var tape = x.Tape;
        return Op.ProjectionRDrop(x, tape.Use(Output), targets, alpha, labelSmoothing, divisor);
    }

    /// <summary>
    /// Starts decoding token by token: computes once what every step of decoding needs of the memory.
    /// </summary>
    /// <param name="memory">The encoder's output, [memory rows, dModel]; its tape may end before decoding does.</param>
    /// <param name="memoryLayout">Which memory rows form which sentence.</param>
    /// <param name="hypotheses">The hypotheses of a sentence to make room for; there may be more later.</param>
    public abstract DecodingState<T> BeginDecoding(
        Tensor<T> memory, SequenceLayout memoryLayout, int hypotheses = 1);

    /// <inheritdoc/>
    public DecodingState<T> BeginDecoding(Tape<T> tape, IReadOnlyList<int[]> sources, int hypotheses = 1)
    {
        var (memory, layout) = Encode(tape, sources);
        return BeginDecoding(memory, layout, hypotheses);
    }

    /// <summary>
    /// As <see cref="BeginDecoding(Tape{T}, IReadOnlyList{int[]}, int)"/>, without caches: each step computes the whole
    /// sentence again.
    /// </summary>
    internal DecodingState<T> BeginRecomputing(Tape<T> tape, IReadOnlyList<int[]> sources)
    {
        var (memory, layout) = Encode(tape, sources);
        return new RecomputingState<T>(this, memory, layout);
    }

    /// <summary>The decoder's output for one more token of each sentence, [sentences, dModel].</summary>
    internal abstract Tensor<T> StepRows(Tape<T> tape, int[] tokens, AttendingState<T> state);

    private (Tensor<T> Memory, SequenceLayout Layout) Encode(Tape<T> tape, IReadOnlyList<int[]> sources)
    {
        var lengths = new int[sources.Count];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = sources[i].Length;
        var layout = SequenceLayout.Packed(lengths);
        var tokens = new int[layout.Rows];
        for (var i = 0; i < lengths.Length; i++) sources[i].CopyTo(tokens, layout.Start(i));
        return (Encode(tape, tokens, layout), layout);
    }

    /// <summary>Embeds source tokens, scaled by √dModel (Vaswani et al. 2017, section 3.4).</summary>
    /// <returns>[rows, dModel].</returns>
    private protected Tensor<T> EmbedSource(Tape<T> tape, int[] tokens, SequenceLayout layout) =>
        Embed(tape, sourceEmbedding, tokens, layout);

    /// <summary>Embeds target tokens, scaled by √dModel.</summary>
    /// <returns>[rows, dModel].</returns>
    private protected Tensor<T> EmbedTarget(Tape<T> tape, int[] tokens, SequenceLayout layout) =>
        Embed(tape, targetEmbedding, tokens, layout);

    /// <summary>Dropout of embedded tokens.</summary>
    private protected Tensor<T> DropEmbedded(Tensor<T> x) =>
        Op.Dropout(x, Configuration.EmbeddingDropout ?? Configuration.Dropout);

    private string Name => GetType().Name.Split('`')[0];

    private Tensor<T> Embed(Tape<T> tape, Embedding<T> table, int[] tokens, SequenceLayout layout)
    {
        if (tokens.Length != layout.Rows)
            throw new ShapeException($"{Name}: {tokens.Length} tokens were given for " +
                $"the layout's {layout.Rows} rows.");
        using var module = tape.Enter(table);
        var x = Op.Scale(table.Forward(tape, tokens), Math.Sqrt(Configuration.DModel)); // [rows, dModel]
        module.Show(ObservedNetwork.Embedded, x);
        return x;
    }
}
