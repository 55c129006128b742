using static Engine.Cli.OnnxNames;

namespace Engine.Cli;

/// <summary>The model Transformer: encoder, and a step of the decoder with caches.</summary>
internal static class OnnxTransformer
{
    /// <summary>The graph of the encoder, which also computes what the decoder reads of its output.</summary>
    public static void AddEncoder(OnnxNetwork n)
    {
        var g = n.Graph;
        var ids = g.Input(Ids, OnnxType.Int64, Batch, Source);
        var mask = new OnnxMask(n, g.Input(AttentionMask, OnnxType.Int64, Batch, Source));
        var x = OnnxEmbedding.Add(n, "source_embedding", ids);
        var memory = Encode(n, "source_position_embedding", x, mask); // [batch, source, dModel]
        g.Output(Memory, memory, OnnxType.Float, Batch, Source, n.Configuration.DModel);
        for (var i = 0; i < n.Configuration.Layers; i++)
            AddCross(n, i, OnnxAttention.ProjectMemory(n, $"{LayerOf("decoder", i)}.multihead_attn", memory));
    }

    /// <summary>The graph of the decoder: one more token of each sentence.</summary>
    /// <param name="n">The network.</param>
    /// <param name="targetTable">The path of the target embedding.</param>
    /// <param name="outputTable">The name of the projection.</param>
    public static void AddDecoder(OnnxNetwork n, string targetTable, string outputTable)
    {
        var (g, c) = (n.Graph, n.Configuration);
        var ids = g.Input(Ids, OnnxType.Int64, Batch, 1);
        var mask = new OnnxMask(n, g.Input(AttentionMask, OnnxType.Int64, Batch, Source));
        var layers = Enumerable.Range(0, c.Layers).Select(i => (
            Path: LayerOf("decoder", i), Cross: CrossInputs(n, i), PastKey: Cache(Key("past", i)),
            PastValue: Cache(Value("past", i)))).ToArray();
        var position = layers[0].PastKey.Size(2); // [1]
        var x = OnnxEmbedding.Add(n, targetTable, ids); // [batch, 1, dModel]
        x = OnnxPositions.Add(n, "target_position_embedding", x, position);
        var present = new List<(OnnxValue Key, OnnxValue Value)>();
        foreach (var layer in layers)
        {
            x = Residual(n, $"{layer.Path}.norm1", x, null, x =>
            {
                var (y, key, value) = OnnxAttention.Step(
                    n, layer.Path + ".self_attn", x, layer.PastKey, layer.PastValue, position);
                present.Add((key, value));
                return y;
            });
            x = Residual(n, $"{layer.Path}.norm2", x, null, x => OnnxAttention.Cross(
                n, layer.Path + ".multihead_attn", x, layer.Cross.Key, layer.Cross.Value, mask.OfKeys));
            x = Residual(n, $"{layer.Path}.norm3", x, null, x => OnnxFeedForward.Add(n, layer.Path, x));
        }
        x = OnnxNorm.Add(n, "decoder.norm", x, null);
        OnnxEmbedding.AddLogits(n, outputTable, x);
        foreach (var (i, (key, value)) in present.Index())
        {
            g.Output(Key("present", i), key, OnnxType.Float, Batch, c.Heads, PastAndOne, n.HeadFeatures);
            g.Output(Value("present", i), value, OnnxType.Float, Batch, c.Heads, PastAndOne, n.HeadFeatures);
        }

        OnnxValue Cache(string name) => g.Input(name, OnnxType.Float, Batch, c.Heads, Past, n.HeadFeatures);
    }

    /// <summary>The layers of an encoder over embedded tokens.</summary>
    /// <param name="n">The network.</param>
    /// <param name="positions">The path of learned positions.</param>
    /// <param name="x">[batch, source, dModel].</param>
    /// <param name="mask">Which rows are tokens.</param>
    /// <returns>[batch, source, dModel].</returns>
    public static OnnxValue Encode(OnnxNetwork n, string positions, OnnxValue x, OnnxMask mask)
    {
        x = OnnxPositions.Add(n, positions, x, mask.Positions);
        for (var i = 0; i < n.Configuration.Layers; i++)
        {
            var path = LayerOf("encoder", i);
            x = Residual(n, path + ".norm1", x, mask, x =>
                OnnxAttention.Encode(n, path + ".self_attn", x, mask.OfKeys, mask.Positions));
            x = Residual(n, path + ".norm2", x, mask, x => OnnxFeedForward.Add(n, path, x));
        }
        return OnnxNorm.Add(n, "encoder.norm", x, mask);
    }

    /// <summary>Declares keys and values of the encoder's output for a layer outputs of the encoder.</summary>
    public static void AddCross(OnnxNetwork n, int layer, (OnnxValue Key, OnnxValue Value) cross)
    {
        var heads = n.Configuration.Heads;
        n.Graph.Output(CrossKey(layer), cross.Key, OnnxType.Float, Batch, heads, Source, n.HeadFeatures);
        n.Graph.Output(CrossValue(layer), cross.Value, OnnxType.Float, Batch, heads, Source, n.HeadFeatures);
    }

    /// <summary>Declares keys and values of the encoder's output for a layer inputs of the decoder.</summary>
    public static (OnnxValue Key, OnnxValue Value) CrossInputs(OnnxNetwork n, int layer)
    {
        var heads = n.Configuration.Heads;
        return (n.Graph.Input(CrossKey(layer), OnnxType.Float, Batch, heads, Source, n.HeadFeatures),
            n.Graph.Input(CrossValue(layer), OnnxType.Float, Batch, heads, Source, n.HeadFeatures));
    }

    /// <summary>The residual sum around a sublayer: post-norm, or pre-norm.</summary>
    private static OnnxValue Residual(
        OnnxNetwork n, string norm, OnnxValue x, OnnxMask? mask, Func<OnnxValue, OnnxValue> sublayer) =>
        n.Configuration.NormFirst
            ? x + sublayer(OnnxNorm.Add(n, norm, x, mask))
            : OnnxNorm.Add(n, norm, x + sublayer(x), mask);

    private static string LayerOf(string stack, int layer) => FormattableString.Invariant($"{stack}.layers.{layer}");
}
