using Engine.Inspection;
using Engine.Layers;
using Engine.Models;
using Engine.Tests.Operations;

namespace Engine.Tests.Inspection;

/// <summary>
/// A Transformer of one sentence, post-norm with ReLU, composed of primitive operations over the parameters of a
/// network. Parts are left out by not being written down: the reference for observers and interventions.
/// </summary>
internal sealed class PlainTransformer(Tape<double> tape, Transformer<double> model)
{
    private readonly Dictionary<string, Tensor<double>> p =
        model.NamedParameters.ToDictionary(named => named.Key, named => tape.Use(named.Value));

    private readonly TransformerConfiguration c = (TransformerConfiguration)model.Configuration;

    public bool IsCausal { get; init; } = true;

    public bool IsScaled { get; init; } = true;

    public bool HasPositions { get; init; } = true;

    public AttentionHead? Without { get; init; }

    public string? WithoutResidual { get; init; }

    /// <summary>The weights of each attention layer and head, by path.</summary>
    public Dictionary<string, List<double[]>> Weights { get; } = [];

    public double[] Logits(int[] source, int[] target)
    {
        var memory = Embed("source", source);
        for (var i = 0; i < c.EncoderLayers; i++) memory = EncoderLayer($"encoder.layers.{i}", memory);
        memory = Norm("encoder.norm", memory);
        var x = Embed("target", target);
        for (var i = 0; i < c.DecoderLayers; i++) x = DecoderLayer($"decoder.layers.{i}", x, memory);
        return Op.MatMul(Norm("decoder.norm", x), Op.Transpose(p["target_embedding.weight"])).ToArray();
    }

    private Tensor<double> Embed(string side, int[] ids)
    {
        var x = Op.Embedding(p[$"{side}_embedding.weight"], ids) * Math.Sqrt(c.DModel);
        if (!HasPositions) return x;
        return c.Positions switch
        {
            PositionEncoding.Sinusoidal =>
                x + tape.Constant([ids.Length, c.DModel], new SinusoidalPositions<double>(c.DModel).Rows(ids.Length)),
            PositionEncoding.Learned =>
                x + Op.Slice(p[$"{side}_position_embedding.weight"], 0, 0, ids.Length),
            _ => x,
        };
    }

    private Tensor<double> EncoderLayer(string path, Tensor<double> x)
    {
        x = Residual($"{path}.norm1", x, x => Attention($"{path}.self_attn", x, x, false, true));
        return Residual($"{path}.norm2", x, x => FeedForward(path, x));
    }

    private Tensor<double> DecoderLayer(string path, Tensor<double> x, Tensor<double> memory)
    {
        x = Residual($"{path}.norm1", x, x => Attention($"{path}.self_attn", x, x, IsCausal, true));
        x = Residual($"{path}.norm2", x, x => Attention($"{path}.multihead_attn", x, memory, false, false));
        return Residual($"{path}.norm3", x, x => FeedForward(path, x));
    }

    private Tensor<double> Residual(
        string norm, Tensor<double> x, Func<Tensor<double>, Tensor<double>> sublayer) =>
        Norm(norm, norm == WithoutResidual ? sublayer(x) : x + sublayer(x));

    private Tensor<double> Norm(string path, Tensor<double> x) =>
        Op.LayerNorm(x, p[$"{path}.weight"], p[$"{path}.bias"]);

    private Tensor<double> FeedForward(string path, Tensor<double> x)
    {
        var hidden = Op.Relu(Op.MatMul(x, Op.Transpose(p[$"{path}.linear1.weight"])) + p[$"{path}.linear1.bias"]);
        return Op.MatMul(hidden, Op.Transpose(p[$"{path}.linear2.weight"])) + p[$"{path}.linear2.bias"];
    }

    private Tensor<double> Attention(string path, Tensor<double> x, Tensor<double> keysOf, bool causal, bool isSelf)
    {
        var (dModel, dK) = (c.DModel, c.DModel / c.Heads);
        var q = Project(x, 0); // [queries, dModel]
        var k = Project(keysOf, 1); // [keys, dModel]
        var v = Project(keysOf, 2);
        if (isSelf && HasPositions && c.Positions == PositionEncoding.Rotary)
        {
            var angles = new RotaryAngles<double>(dK);
            q = Op.Rotary(q, angles, SequenceLayout.Full(1, q.Shape[0]), dModel);
            k = Op.Rotary(k, angles, SequenceLayout.Full(1, k.Shape[0]), dModel);
        }
        var mask = causal ? Mask.Causal(x.Shape[0]) : null;
        var heads = new List<Tensor<double>>();
        Weights[path] = [];
        for (var h = 0; h < c.Heads; h++)
        {
            Tensor<double> Part(Tensor<double> rows) => AttentionTests.Head(rows, 0, rows.Shape[0], h, dK);
            Tensor<double> weights, y;
            if (isSelf && HasPositions && c.Positions == PositionEncoding.Relative)
            {
                (y, weights) = Op.RelativeDotProductAttention(
                    Part(q), Part(k), Part(v), p[$"{path}.relative.key"], p[$"{path}.relative.value"], mask);
            }
            else
            {
                var scores = Op.MatMul(Part(q), Op.Transpose(Part(k)));
                weights = Op.MaskedSoftmax(IsScaled ? scores * (1 / Math.Sqrt(dK)) : scores, mask);
                y = Op.MatMul(weights, Part(v));
            }
            Weights[path].Add(weights.ToArray());
            var kind = path.EndsWith("multihead_attn", StringComparison.Ordinal) ? AttentionKind.Cross
                : path.StartsWith("encoder", StringComparison.Ordinal) ? AttentionKind.Encoder : AttentionKind.Decoder;
            var isOff = Without is { } off && off.Kind == kind && off.Head == h
                && path.Contains($"layers.{off.Layer}.", StringComparison.Ordinal);
            heads.Add(isOff ? y * 0 : y);
        }
        return Op.MatMul(Op.Concatenate([.. heads], 1), Op.Transpose(p[$"{path}.out_proj.weight"]))
            + p[$"{path}.out_proj.bias"];

        Tensor<double> Project(Tensor<double> rows, int part) =>
            Op.MatMul(rows, Op.Transpose(Op.Slice(p[$"{path}.in_proj_weight"], 0, part * dModel, dModel)))
                + Op.Slice(p[$"{path}.in_proj_bias"], 0, part * dModel, dModel);
    }
}
