using Engine.Layers;

namespace Engine.Verification;

/// <summary>
/// Reference cases of attention: tensors of [batch, heads, length, dK] or [batch, length, dModel], and masks of keys.
/// </summary>
internal static class ReferenceAttention
{
    private const string KeyMask = "key_padding_mask";

    /// <summary>Scaled dot-product attention on rows, where the mask is one that a layout can express.</summary>
    public static void Rows(ReferenceRun run)
    {
        var (q, k, v) = (run.Input("q"), run.Input("k"), run.Input("v"));
        if (q.Shape.Rank != 4 || k.Shape.Rank != 4 || v.Shape != k.Shape) return;
        var (batch, heads, queries, dK) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]);
        if (Layout(run, KeyMask, batch, k.Shape[2]) is not { } keys) return;

        var y = Op.Attention<double>(
            ToRows(q), ToRows(k), ToRows(v), heads, heads * dK,
            SequenceLayout.Full(batch, queries), keys, run.Case.Flag("causal")); // [batch * queries, heads * dK]
        run.Give(Op.Permute(Op.Reshape(y, [batch, queries, heads, dK]), 0, 2, 1, 3)); // [batch, heads, queries, dK]
    }

    /// <summary>Scaled dot-product attention, composed of primitive operations, with any mask.</summary>
    public static void Composed(ReferenceRun run)
    {
        var q = run.Input("q");
        var (queries, keys) = (q.Shape[^2], run.Input("k").Shape[^2]);
        var isCausal = run.Case.Flag("causal");
        bool HidesFuture(int i) => isCausal && i % keys > i / keys % queries;
        Mask? mask = null;
        if (run.Case.HasIntegers("in." + KeyMask))
        {
            var hidden = KeysHidden(run, KeyMask, q.Shape[0], keys);
            bool HidesKey(int i) => hidden[(i / keys / queries * keys) + (i % keys)];
            mask = new Mask([q.Shape[0], 1, queries, keys], i => HidesFuture(i) || HidesKey(i));
        }
        else if (isCausal) mask = new Mask([queries, keys], HidesFuture);
        run.Give(Op.ScaledDotProductAttention(q, run.Input("k"), run.Input("v"), mask).Output);
    }

    /// <summary>
    /// Multi-head attention with its weights: of <c>x</c> to itself, or of <c>query</c> to <c>key</c> and <c>value</c>.
    /// </summary>
    public static void MultiHead(ReferenceRun run)
    {
        var isSelf = run.Case.Numbers.ContainsKey("in.x");
        var (x, keys) = isSelf ? (run.Input("x"), run.Input("x")) : (run.Input("query"), run.Input("key"));
        var (batch, dModel) = (x.Shape[0], x.Shape[^1]);
        var isCausal = run.Case.Flag("causal");
        if (Layout(run, KeyMask, batch, keys.Shape[1]) is not { } layout || (isCausal && !isSelf)) return;

        var attention = run.Load(
            new MultiHeadAttention<double>(dModel, run.Case.Integer("num_heads"), ReferenceOperations.Unused));
        var weights = new List<AttentionWeights<double>>();
        run.Tape.Observer = new AttentionObserver<double>(attention, weights.Add);
        if (isSelf)
        {
            run.Give(Op.Reshape(attention.Forward(Flatten(x), layout, isCausal), x.Shape));
        }
        else
        {
            // The layer projects one memory to keys and values; here each half comes from an input of its own.
            var ofKey = attention.ProjectMemory(Flatten(keys)); // [rows, 2 dModel]
            var ofValue = attention.ProjectMemory(Flatten(run.Input("value")));
            var memory = Op.Concatenate([Op.Slice(ofKey, 1, 0, dModel), Op.Slice(ofValue, 1, dModel, dModel)], 1);
            var y = attention.Forward(Flatten(x), SequenceLayout.Full(batch, x.Shape[1]), memory, layout);
            run.Give(Op.Reshape(y, x.Shape));
        }
        run.Give("weights", AllWeights(weights));
    }

    /// <summary>Self-attention with relative positions, on rows.</summary>
    public static void Relative(ReferenceRun run)
    {
        var q = run.Input("q");
        if (q.Shape.Rank != 4) return;
        var (batch, heads, length, dK) = (q.Shape[0], q.Shape[1], q.Shape[2], q.Shape[3]);
        var layout = SequenceLayout.Full(batch, length);
        var relative = run.Load(
            new RelativePositions<double>(dK, ReferenceOperations.Unused, run.Case.Integer("clip")));
        var y = relative.Attend(
            ToRows(q), ToRows(run.Input("k")), ToRows(run.Input("v")), heads, layout, layout); // [rows, heads * dK]
        run.Give(Op.Permute(Op.Reshape(y, [batch, length, heads, dK]), 0, 2, 1, 3)); // [batch, heads, length, dK]
    }

    /// <summary>Self-attention with relative positions, composed of primitive operations.</summary>
    public static void RelativeComposed(ReferenceRun run)
    {
        var q = run.Input("q");
        var relative = run.Load(
            new RelativePositions<double>(q.Shape[^1], ReferenceOperations.Unused, run.Case.Integer("clip")));
        var tables = relative.Parameters.Select(run.Tape.Use).ToArray();
        run.Give(Op.RelativeDotProductAttention(q, run.Input("k"), run.Input("v"), tables[0], tables[1]).Output);
    }

    /// <summary>[batch, length, dModel] as rows.</summary>
    public static Tensor<double> Flatten(Tensor<double> x) => Op.Reshape(x, [x.Count / x.Shape[^1], x.Shape[^1]]);

    /// <summary>
    /// The layout of sequences whose keys are hidden by the mask <c>in.name</c>, if there is one. Null if the mask
    /// hides a key before a visible key, which a layout cannot express.
    /// </summary>
    public static SequenceLayout? Layout(ReferenceRun run, string name, int batch, int length)
    {
        if (!run.Case.HasIntegers("in." + name)) return SequenceLayout.Full(batch, length);
        var hidden = KeysHidden(run, name, batch, length);
        var lengths = new int[batch];
        for (var s = 0; s < batch; s++)
        {
            var keys = hidden.AsSpan(s * length, length);
            var first = keys.IndexOf(true);
            lengths[s] = first < 0 ? length : first;
            if (keys[lengths[s]..].Contains(false)) return null;
        }
        return SequenceLayout.Padded(length, lengths);
    }

    private static bool[] KeysHidden(ReferenceRun run, string name, int batch, int length)
    {
        var (shape, values) = run.Case.NeedIntegers("in." + name);
        Shape needed = [batch, length];
        return shape == needed
            ? Array.ConvertAll(values, value => value != 0)
            : throw run.Case.Malformed(
                $"tensor 'in.{name}' is {shape} where {needed} is needed; {ReferenceCase.Remedy}.");
    }

    private static Tensor<double> ToRows(Tensor<double> x) =>
        Op.Reshape(Op.Permute(x, 0, 2, 1, 3), [x.Shape[0] * x.Shape[2], x.Shape[1] * x.Shape[3]]); // [rows, dModel]

    /// <summary>The weights, with 0 for each hidden key: [batch, heads, queries, keys].</summary>
    private static Tensor<double> AllWeights(IReadOnlyList<AttentionWeights<double>> ofSequences)
    {
        var (heads, queries) = (ofSequences[0].Heads, ofSequences[0].Queries);
        var keys = ofSequences.Max(weights => weights.Keys);
        var all = Tensor<double>.Zeros([ofSequences.Count, heads, queries, keys]);
        foreach (var weights in ofSequences)
        {
            for (var row = 0; row < heads * queries; row++)
            {
                for (var key = 0; key < weights.Keys; key++)
                    all.Span[(((weights.Sequence * heads * queries) + row) * keys) + key] =
                        weights.Values[(row * weights.Keys) + key];
            }
        }
        return all;
    }
}
