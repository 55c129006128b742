using Engine.Layers;
using Engine.Models;

namespace Engine.Tests.Models;

/// <summary>The layers of both stacks against the paper's formulas, composed of primitive operations.</summary>
public class ResidualTests
{
    private static readonly TransformerConfiguration Configuration = new()
    {
        SourceVocabulary = 5, TargetVocabulary = 5, DModel = 6, DFf = 11, Heads = 2, EncoderLayers = 1,
        DecoderLayers = 1,
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_encoder_layer_equals_its_composition(bool normFirst)
    {
        var layer = new EncoderLayer<double>(Configuration with { NormFirst = normFirst }, new RandomStream(1));
        LayerSamples.Randomize(layer);
        using var tape = new Tape<double>();
        var part = new Parts(tape, layer, normFirst);
        var x = tape.Constant(Samples.Normal(5, 6));
        var y = part.Residual("norm1", x, x => part.Attention("self_attn", x, x, null));
        y = part.Residual("norm2", y, part.FeedForward);
        Close.To(y.ToArray(), layer.Forward(x, SequenceLayout.Full(1, 5)).ToArray(), 1e-13);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_decoder_layer_equals_its_composition(bool normFirst)
    {
        var layer = new DecoderLayer<double>(Configuration with { NormFirst = normFirst }, new RandomStream(1));
        LayerSamples.Randomize(layer);
        var random = new RandomStream(2);
        using var tape = new Tape<double>();
        var part = new Parts(tape, layer, normFirst);
        var (x, memory) = (tape.Constant(Samples.Normal(random, [4, 6])),
            tape.Constant(Samples.Normal(random, [7, 6])));
        var y = part.Residual("norm1", x, x => part.Attention("self_attn", x, x, Mask.Causal(4)));
        y = part.Residual("norm2", y, x => part.Attention("multihead_attn", x, memory, null));
        y = part.Residual("norm3", y, part.FeedForward);
        var actual = layer.Forward(x, SequenceLayout.Full(1, 4), memory, SequenceLayout.Full(1, 7));
        Close.To(y.ToArray(), actual.ToArray(), 1e-13);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Dropout_falls_on_the_sublayer_and_never_on_the_residual(bool normFirst)
    {
        var residual = Create(normFirst);
        using var tape = new Tape<double>();
        var x = tape.Constant(Samples.Normal(50, 4));
        var layout = SequenceLayout.Full(5, 10);
        var y = residual.Around(x, layout, _ => tape.Constant(Tensor<double>.Zeros([50, 4])));
        var kept = normFirst ? x : Op.LayerNorm(x, Tensor<double>.From([4], [1, 1, 1, 1]), Tensor<double>.Zeros([4]));
        Assert.Equal(kept.ToArray(), y.ToArray());
        var ones = tape.Constant(Tensor<double>.From([50, 4], [.. Enumerable.Repeat(1.0, 200)]));
        var dropped = Op.Subtract(Create(normFirst: true).Around(x, layout, _ => ones), x).ToArray();
        Assert.All(dropped, value => Assert.True(Math.Abs(value) < 1e-12 || Math.Abs(value - 2) < 1e-12));
        Assert.InRange(dropped.Count(value => value > 1), 60, 140);
    }

    private static Residual<double> Create(bool normFirst) => new(
        1, Configuration with { DModel = 4, NormFirst = normFirst, Dropout = 0.5 }, causal: false);

    /// <summary>The parts of a layer, by the names of their parameters.</summary>
    private sealed class Parts(Tape<double> tape, Module<double> layer, bool normFirst)
    {
        private readonly Dictionary<string, Tensor<double>> p =
            layer.NamedParameters.ToDictionary(named => named.Key, named => tape.Use(named.Value));

        public Tensor<double> Residual(string norm, Tensor<double> x, Func<Tensor<double>, Tensor<double>> sublayer) =>
            normFirst ? x + sublayer(Norm(norm, x)) : Norm(norm, x + sublayer(x));

        public Tensor<double> Attention(string name, Tensor<double> x, Tensor<double> memory, Mask? mask)
        {
            const int dModel = 6, heads = 2, dK = dModel / heads;
            Tensor<double> Project(Tensor<double> rows, int part, int head)
            {
                var first = (part * dModel) + (head * dK);
                return Map(rows, Op.Slice(p[name + ".in_proj_weight"], 0, first, dK),
                    Op.Slice(p[name + ".in_proj_bias"], 0, first, dK));
            }

            var outputs = Enumerable.Range(0, heads).Select(h => Op.ScaledDotProductAttention(
                Project(x, 0, h), Project(memory, 1, h), Project(memory, 2, h), mask).Output).ToArray();
            return Map(Op.Concatenate(outputs, 1), p[name + ".out_proj.weight"], p[name + ".out_proj.bias"]);
        }

        public Tensor<double> FeedForward(Tensor<double> x) =>
            Map(Op.Relu(Map(x, p["linear1.weight"], p["linear1.bias"])), p["linear2.weight"], p["linear2.bias"]);

        private static Tensor<double> Map(Tensor<double> x, Tensor<double> weight, Tensor<double> bias) =>
            Op.MatMul(x, Op.Transpose(weight)) + bias;

        private Tensor<double> Norm(string name, Tensor<double> x)
        {
            var centred = x - Op.Mean(x, -1, keepDimension: true);
            var variance = Op.Mean(centred * centred, -1, keepDimension: true);
            var deviation = Op.Sqrt(variance + tape.Constant([], [1e-5]));
            return p[name + ".weight"] * (centred / deviation) + p[name + ".bias"];
        }
    }
}
