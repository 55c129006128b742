using System.Numerics;
using Engine.Kernels;

namespace Engine.Layers;

/// <summary>
/// Multi-head attention (Vaswani et al. 2017, section 3.2.2): projections of queries, keys and values, scaled
/// dot-product attention in each head, and a projection of the concatenated heads. Parameters <c>in_proj_weight</c>
/// [3 dModel, dModel] (the rows of queries, then of keys, then of values), <c>in_proj_bias</c> [3 dModel],
/// <c>out_proj.weight</c> [dModel, dModel] and <c>out_proj.bias</c> [dModel].
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var attention = new MultiHeadAttention<float>(dModel: 8, heads: 2, new RandomStream(1));
/// using var tape = new Tape<float>(Mode.Inference);
/// var x = tape.Constant(Tensor<float>.Zeros([5, 8]));  // sentences of 3 and 2 rows
/// Console.WriteLine(attention.Forward(x, SequenceLayout.Packed([3, 2]), causal: true).Shape);    // prints: [5, 8]
/// ]]></code>
/// </example>
public sealed partial class MultiHeadAttention<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "layer MultiHeadAttention",
        "y = Concat(head_1 .. head_h) W_O^T + b_O, head_i = Attention(x W_Qi^T, m W_Ki^T, m W_Vi^T)",
        LayerSamples.MultiHeadAttention);

    private readonly int dModel, heads;
    private readonly double dropout;
    private readonly Parameter<T> inProjWeight, inProjBias;
    private readonly Linear<T> outProj;
    private readonly RotaryAngles<T>? rotary;
    private readonly RelativePositions<T>? relative;

    /// <summary>Attention with <paramref name="heads"/> heads of dModel / heads features each.</summary>
    /// <param name="dModel">The number of features of a row.</param>
    /// <param name="heads">The number of heads; dModel must be a multiple of it.</param>
    /// <param name="random">Draws the weights (Xavier uniform).</param>
    /// <param name="dropout">The probability with which an attention weight is dropped in training.</param>
    /// <param name="positions">
    /// How self-attention encodes positions. <see cref="PositionEncoding.Rotary"/> rotates queries and keys;
    /// <see cref="PositionEncoding.Relative"/> adds the tables <c>relative.key</c> and <c>relative.value</c> (see
    /// <see cref="RelativePositions{T}"/>). The other kinds are added to the embeddings, and attention ignores them.
    /// </param>
    /// <exception cref="ShapeException">
    /// dModel is not a multiple of the number of heads, or heads with rotary positions have an odd number of features.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The dropout probability is not in [0, 1).</exception>
    public MultiHeadAttention(
        int dModel, int heads, RandomStream random, double dropout = 0,
        PositionEncoding positions = PositionEncoding.None)
    {
        if (heads < 1 || dModel % heads != 0)
            throw new ShapeException($"MultiHeadAttention: dModel {dModel} must be a multiple of the " +
                $"number of heads {heads}.");
        DropoutProbability.Check(dropout);
        (this.dModel, this.heads, this.dropout) = (dModel, heads, dropout);
        inProjWeight = Add("in_proj_weight", Initializers.XavierUniform<T>([3 * dModel, dModel], random));
        inProjBias = Add("in_proj_bias", Tensor<T>.Zeros([3 * dModel]));
        outProj = Add("out_proj", new Linear<T>(dModel, dModel, random));
        if (positions == PositionEncoding.Rotary) rotary = new RotaryAngles<T>(dModel / heads);
        if (positions == PositionEncoding.Relative)
            relative = Add("relative", new RelativePositions<T>(dModel / heads, random));
    }

    /// <summary>Self-attention: each row attends to the rows of its own sequence.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="causal">Whether a row sees only itself and the rows before it.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, bool causal = false)
    {
        using var module = Enter(x);
        var knowsPositions = !OmitsPositions(module);
        causal = causal && !module.Omits(ObservedAttention.CausalMask);
        var qkv = Project(x, ..); // [rows, 3 dModel]
        if (knowsPositions) qkv = Rotate(qkv, layout, 0);
        var (keys, values) = (new ColumnBlock<T>(qkv, dModel), new ColumnBlock<T>(qkv, 2 * dModel));
        var tables = knowsPositions ? relative : null;
        Show(module, qkv, keys, values, layout, layout, causal, tables);
        var queries = Queries(module, qkv);
        var y = tables is null
            ? Op.Attention(queries, keys, values, heads, dModel, layout, layout, causal, dropout)
            : tables.Attend(queries, keys, values, heads, layout, layout, causal, dropout);
        return Combine(module, y);
    }

    /// <summary>Cross-attention: each row attends to the memory rows of its sequence.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="memory">The memory's keys and values from <see cref="ProjectMemory"/>, [rows, 2 dModel].</param>
    /// <param name="memoryLayout">Which memory rows form which sequence.</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Forward(
        Tensor<T> x, SequenceLayout layout, Tensor<T> memory, SequenceLayout memoryLayout)
    {
        using var module = Enter(x);
        var queries = Project(x, ..dModel); // [rows, dModel]
        var values = new ColumnBlock<T>(memory, dModel);
        Show(module, queries, memory, values, layout, memoryLayout, false, null);
        var y = Op.Attention<T>(
            Queries(module, queries), memory, values, heads, dModel, layout, memoryLayout, false, dropout);
        return Combine(module, y);
    }

    /// <summary>Computes the keys and values of a memory, once for all rows that attend to it.</summary>
    /// <param name="memory">[rows, dModel].</param>
    /// <returns>[rows, 2 dModel]: keys, then values.</returns>
    public Tensor<T> ProjectMemory(Tensor<T> memory)
    {
        using var module = Enter(memory);
        return Project(memory, dModel..);
    }

    /// <summary>
    /// Self-attention of one new row of each sequence, to the rows in <paramref name="cache"/> and to itself.
    /// </summary>
    /// <param name="x">[sequences, dModel].</param>
    /// <param name="cache">The keys and values of the rows before; the keys and values of x are appended.</param>
    /// <returns>[sequences, dModel].</returns>
    /// <exception cref="InvalidOperationException">
    /// The tape is not in <see cref="Mode.Inference"/>: no gradient flows through a cache.
    /// </exception>
    /// <exception cref="ShapeException">The number of rows is not the cache's number of sequences.</exception>
    public Tensor<T> Step(Tensor<T> x, KeyValueCache<T> cache)
    {
        using var module = EnterStep(x);
        var qkv = Project(x, ..); // [sequences, 3 dModel]
        if (!OmitsPositions(module)) qkv = Rotate(qkv, null, cache.Length);
        cache.Append(qkv, dModel);
        return relative is null || OmitsPositions(module)
            ? Attend(module, qkv, cache.Rows, cache.Attended)
            : AttendRelatively(module, qkv, cache);
    }

    /// <summary>Cross-attention of one row of each sequence to its rows of a memory.</summary>
    /// <param name="x">[sequences, dModel].</param>
    /// <param name="memory">The memory's keys and values from <see cref="ProjectMemory"/>, [rows, 2 dModel].</param>
    /// <param name="attended">The memory rows of each sequence; sequences may share rows.</param>
    /// <param name="weights">Receives the attention weights; null if nothing reads them.</param>
    /// <returns>[sequences, dModel].</returns>
    internal Tensor<T> Step(
        Tensor<T> x, Tensor<T> memory, AttendedRows attended, StepWeights<T>? weights = null)
    {
        using var module = EnterStep(x);
        return Attend(module, Project(x, ..dModel), memory, attended, weights);
    }

    private ObservedModule<T> EnterStep(Tensor<T> x)
    {
        if (x.Tape.Mode != Mode.Inference)
            throw new InvalidOperationException("MultiHeadAttention.Step: keys and values in a cache carry no " +
                "gradient; use a tape in Mode.Inference, or Forward.");
        var module = Enter(x);
        if (module.Omits(ObservedAttention.CausalMask))
            throw new InvalidOperationException("MultiHeadAttention.Step: a step never sees later rows, so that it " +
                "cannot do without the causal mask; use Forward on all rows.");
        return module;
    }

    private Tensor<T> Attend(
        ObservedModule<T> module, Tensor<T> queries, Tensor<T> keysAndValues, AttendedRows attended,
        StepWeights<T>? weights = null)
    {
        var tape = queries.Tape;
        if (module.Observer is not null)
        {
            queries = Queries(module, queries);
            weights ??= new StepWeights<T>();
        }
        var y = tape.Allocate([attended.Sequences, dModel]); // [sequences, dModel]
        var most = 0; // the largest number of rows that a sequence attends to
        foreach (var count in attended.Counts) most = Math.Max(most, count);
        var scratch = tape.Borrow(StepAttentionKernel.ScratchSize(heads, most));
        StepAttentionKernel.Run(
            queries.Data, queries.Shape[1], keysAndValues.Data, heads, attended.Rows, attended.Starts, attended.Counts,
            scratch.Span, y.Span, weights is null ? default : weights.Start(attended, heads, most));
        tape.Release(scratch);
        if (module.Observer is { } observer) weights!.Show(observer);
        return Combine(module, y);
    }

    /// <summary>
    /// A self-attention step with relative positions. Relative attention needs each sequence's rows one after another,
    /// so the rows are copied.
    /// </summary>
    private Tensor<T> AttendRelatively(ObservedModule<T> module, Tensor<T> queries, KeyValueCache<T> cache)
    {
        queries = Queries(module, queries);
        var (attended, width) = (cache.Attended, 2 * dModel);
        var rows = cache.Sequences * cache.Length;
        var memory = queries.Tape.Allocate([rows, width]); // [sequences * length, 2 dModel]
        for (int s = 0, to = 0; s < cache.Sequences; s++)
        {
            foreach (var row in attended.Rows.Slice(attended.Starts[s], cache.Length))
            {
                cache.Rows.Data.Slice(row * width, width).CopyTo(memory.Span[to..]);
                to += width;
            }
        }
        var y = relative!.Attend(
            queries, memory, new(memory, dModel), heads, SequenceLayout.Full(cache.Sequences, 1),
            SequenceLayout.Packed(attended.Counts), first: cache.Length - 1);
        return Combine(module, y);
    }

    /// <summary>
    /// With rotary positions, rotates queries and keys by their positions; values stay as they are. Without a layout,
    /// each row is a sequence of its own.
    /// </summary>
    private Tensor<T> Rotate(Tensor<T> qkv, SequenceLayout? layout, int first) =>
        rotary is null
            ? qkv
            : Op.Rotary(qkv, rotary, layout ?? SequenceLayout.Full(qkv.Shape[0], 1), 2 * dModel, first);

    private Tensor<T> Project(Tensor<T> x, Range outputs)
    {
        var tape = x.Tape;
        return Op.Linear(x, tape.Use(inProjWeight), tape.Use(inProjBias), outputs: outputs);
    }
}
