using Engine.Inspection;
using Engine.Layers;
using Engine.Models;
using Engine.Training;

namespace Engine.Tests.Inspection;

public class ObserverTests
{
    private static readonly int[] Source = [4, 7, 5, 9, 3], Target = [2, 6, 8, 10];

    public static TheoryData<PositionEncoding> Positions => [.. Enum.GetValues<PositionEncoding>()];

    [Theory]
    [MemberData(nameof(Positions))]
    public void Weights_of_every_layer_and_head_are_the_references(PositionEncoding positions)
    {
        var model = InterventionTests.Model(positions);
        using var tape = new Tape<double>(Mode.Inference);
        var plain = new PlainTransformer(tape, model);
        plain.Logits(Source, Target);
        var seen = Whole(model);
        Assert.Equal(
            [
                ("encoder.layers.0.self_attn", AttentionKind.Encoder, 0, 5, 5),
                ("encoder.layers.1.self_attn", AttentionKind.Encoder, 1, 5, 5),
                ("decoder.layers.0.self_attn", AttentionKind.Decoder, 0, 4, 4),
                ("decoder.layers.0.multihead_attn", AttentionKind.Cross, 0, 4, 5),
                ("decoder.layers.1.self_attn", AttentionKind.Decoder, 1, 4, 4),
                ("decoder.layers.1.multihead_attn", AttentionKind.Cross, 1, 4, 5),
            ],
            seen.Select(weights => (weights.Path, weights.Kind, weights.Layer, weights.Queries, weights.Keys)));
        foreach (var weights in seen)
        {
            Close.To([.. plain.Weights[weights.Path].SelectMany(head => head)], [.. weights.Values], 1e-12);
            Assert.Equal(plain.Weights[weights.Path][1][(2 * weights.Keys) + 1], weights[1, 2, 1], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public void A_step_shows_the_weights_that_a_whole_pass_shows(PositionEncoding positions)
    {
        var model = InterventionTests.Model(positions);
        StepsEqual(model, Whole(model));
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("conv")]
    public void Other_networks_show_where_their_decoders_look(string architecture)
    {
        var configuration = new TrainingConfiguration
        {
            Architecture = architecture, DModel = 8, DFf = 16, Heads = 2, Layers = 2,
        };
        var single = Architectures.Translator(configuration, 11, 12);
        var layout = SequenceLayout.Full(1, Source.Length);
        var seen = new List<AttentionWeights<float>>();
        using var tape = new Tape<float>(Mode.Inference)
        {
            Observer = new AttentionObserver<float>(single, seen.Add),
        };
        single.Decode(tape, Target, SequenceLayout.Full(1, 4), single.Encode(tape, Source, layout), layout);
        Assert.Equal(architecture == "conv" ? 2 : 1, seen.Count);
        Assert.All(seen, weights =>
        {
            Assert.Equal((AttentionKind.Cross, 4, 5), (weights.Kind, weights.Queries, weights.Keys));
            Assert.Equal(1, Enumerable.Range(0, 5).Sum(key => weights[1, 3, key]), 1e-6);
        });
    }

    [Fact]
    public void An_observer_changes_no_bit()
    {
        var model = InterventionTests.Model(PositionEncoding.Relative);
        Assert.Equal(Logits(model, null), Logits(model, new AttentionObserver<double>(model, _ => { })));
        Assert.Equal(Logits(model, null), Logits(model, new InterventionObserver<double>(model, new Interventions())));
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public void Scores_give_the_weights_by_the_softmax(PositionEncoding positions)
    {
        var model = InterventionTests.Model(positions);
        var observer = new SeenByPath(model);
        Logits(model, observer);
        foreach (var path in (string[])["encoder.layers.1.self_attn", "decoder.layers.0.self_attn",
            "decoder.layers.1.multihead_attn"])
        {
            var (shape, masked) = observer.Values[(path, ObservedAttention.MaskedScores)];
            var scores = observer.Values[(path, ObservedAttention.Scores)].Values;
            var weights = observer.Values[(path, ObservedAttention.Weights)].Values;
            var keys = shape[2];
            for (var row = 0; row < masked.Length; row += keys)
            {
                var exps = masked[row..(row + keys)].Select(Math.Exp).ToArray();
                Close.To([.. exps.Select(e => e / exps.Sum())], weights.AsSpan(row, keys), 1e-12);
            }
            for (var i = 0; i < masked.Length; i++)
            {
                var isHidden = path.StartsWith("decoder.layers.0.self", StringComparison.Ordinal)
                    && i % keys > i / keys % shape[1];
                Assert.Equal(isHidden, double.IsNegativeInfinity(masked[i]));
                if (!isHidden) Assert.Equal(scores[i] / 2, masked[i], 1e-12); // dK = 4
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_residual_sum_shows_what_enters_and_what_leaves(bool normFirst)
    {
        var model = new Transformer<double>(
            new TransformerConfiguration
            {
                SourceVocabulary = 11, TargetVocabulary = 12, DModel = 8, DFf = 13, Heads = 2, EncoderLayers = 1,
                DecoderLayers = 1, NormFirst = normFirst,
            },
            new RandomStream(1));
        var observer = new SeenByPath(model);
        Logits(model, observer);
        double[] Of(string name) => observer.Values[("decoder.layers.0.norm2", name)].Values;
        var (x, z, y) = (Of(ObservedNetwork.ResidualInput), Of(ObservedNetwork.SublayerOutput),
            Of(ObservedNetwork.ResidualOutput));
        Close.To([.. x.Zip(z, (a, b) => a + b)], y, 1e-14);
        Assert.Equal(normFirst ? x : y, Of(ObservedNetwork.NormInput));
        var row = Of(ObservedNetwork.NormOutput)[..8];
        Assert.Equal(0, row.Sum(), 1e-9);
        Assert.Equal(8, row.Sum(value => value * value), 1e-3);
    }

    private static List<AttentionWeights<double>> Whole(Transformer<double> model)
    {
        var seen = new List<AttentionWeights<double>>();
        Logits(model, new AttentionObserver<double>(model, seen.Add));
        return seen;
    }

    private static void StepsEqual(Transformer<double> model, List<AttentionWeights<double>> whole)
    {
        var layout = SequenceLayout.Full(1, Source.Length);
        using var tape = new Tape<double>(Mode.Inference);
        using var state = model.BeginDecoding(model.Encode(tape, Source, layout), layout);
        for (var i = 0; i < Target.Length; i++)
        {
            var seen = new List<AttentionWeights<double>>();
            using var step = new Tape<double>(Mode.Inference)
            {
                Observer = new AttentionObserver<double>(model, seen.Add),
            };
            state.Step(step, [Target[i]]);
            Assert.Equal(4, seen.Count);
            foreach (var own in seen)
            {
                var all = Assert.Single(whole, weights => weights.Path == own.Path);
                Assert.Equal((all.Kind, all.Layer, 1), (own.Kind, own.Layer, own.Queries));
                Assert.Equal(own.Kind == AttentionKind.Cross ? 5 : i + 1, own.Keys);
                for (var head = 0; head < 2; head++)
                {
                    for (var key = 0; key < own.Keys; key++) Assert.Equal(all[head, i, key], own[head, 0, key], 1e-12);
                }
            }
        }
    }

    private static double[] Logits(Transformer<double> model, TapeObserver<double>? observer)
    {
        using var tape = new Tape<double>(Mode.Inference) { Observer = observer };
        var (layout, targetLayout) = (SequenceLayout.Full(1, Source.Length), SequenceLayout.Full(1, Target.Length));
        var memory = model.Encode(tape, Source, layout);
        return model.Logits(model.Decode(tape, Target, targetLayout, memory, layout)).ToArray();
    }

    private sealed class SeenByPath(Module<double> network) : ModuleObserver<double>(network)
    {
        public Dictionary<(string Path, string Name), (Shape Shape, double[] Values)> Values { get; } = [];

        public override bool Wants(string name) => true;

        public override void Saw(string name, Shape shape, ReadOnlySpan<double> values, int sequence = 0) =>
            Values[(Path, name)] = (shape, values.ToArray());
    }
}
