using Engine.Inspection;
using Engine.Layers;
using Engine.Models;

namespace Engine.Tests.Inspection;

/// <summary>A part that is switched off leaves what a network without the part computes.</summary>
public class InterventionTests
{
    private static readonly TransformerConfiguration Configuration = new()
    {
        SourceVocabulary = 11, TargetVocabulary = 12, DModel = 8, DFf = 13, Heads = 2, EncoderLayers = 2,
        DecoderLayers = 2, MaximumLength = 16,
    };

    private static readonly int[] Source = [4, 7, 5, 9, 3], Target = [2, 6, 8, 10];

    public static TheoryData<PositionEncoding> Positions => [.. Enum.GetValues<PositionEncoding>()];

    [Theory]
    [MemberData(nameof(Positions))]
    public void Nothing_switched_off_changes_nothing(PositionEncoding positions) =>
        Equal(positions, new Interventions(), (tape, model) => new PlainTransformer(tape, model));

    [Theory]
    [MemberData(nameof(Positions))]
    public void Without_the_causal_mask_the_decoder_sees_later_tokens(PositionEncoding positions) => Equal(
        positions, new Interventions { CausalMask = true },
        (tape, model) => new PlainTransformer(tape, model) { IsCausal = false });

    [Theory]
    [InlineData(PositionEncoding.Sinusoidal)]
    [InlineData(PositionEncoding.Rotary)]
    public void Without_scaling_the_softmax_reads_the_products_themselves(PositionEncoding positions) => Equal(
        positions, new Interventions { Scaling = true },
        (tape, model) => new PlainTransformer(tape, model) { IsScaled = false });

    [Theory]
    [MemberData(nameof(Positions))]
    public void Without_positions_the_network_knows_no_order(PositionEncoding positions) => Equal(
        positions, new Interventions { Positions = true },
        (tape, model) => new PlainTransformer(tape, model) { HasPositions = false });

    [Theory]
    [InlineData(AttentionKind.Encoder)]
    [InlineData(AttentionKind.Decoder)]
    [InlineData(AttentionKind.Cross)]
    public void Without_a_head_its_output_is_zeros(AttentionKind kind)
    {
        var head = new AttentionHead(kind, 1, 1);
        Equal(
            PositionEncoding.Sinusoidal, new Interventions { Heads = [head] },
            (tape, model) => new PlainTransformer(tape, model) { Without = head });
    }

    [Theory]
    [InlineData("encoder.layers.0.norm2")]
    [InlineData("decoder.layers.1.norm3")]
    public void Without_a_residual_the_sublayer_is_alone(string residual) => Equal(
        PositionEncoding.Sinusoidal, new Interventions { Residuals = [residual] },
        (tape, model) => new PlainTransformer(tape, model) { WithoutResidual = residual });

    [Fact]
    public void Parts_are_switched_off_together() => Equal(
        PositionEncoding.Rotary,
        new Interventions
        {
            CausalMask = true, Scaling = true, Positions = true, Residuals = ["decoder.layers.0.norm2"],
            Heads = [new(AttentionKind.Cross, 0, 0)],
        },
        (tape, model) => new PlainTransformer(tape, model)
        {
            IsCausal = false, IsScaled = false, HasPositions = false, WithoutResidual = "decoder.layers.0.norm2",
            Without = new(AttentionKind.Cross, 0, 0),
        });

    [Fact]
    public void The_name_of_a_stack_switches_all_its_residuals_off()
    {
        var off = new Interventions { Residuals = ["decoder"] };
        Assert.True(off.Omit("decoder.layers.1.norm2", "residual"));
        Assert.True(off.Omit("decoder.layers.0.norm1", "residual"));
        Assert.False(off.Omit("encoder.layers.0.norm1", "residual"));
        off = new Interventions { Residuals = ["decoder.layers.1"] };
        Assert.False(off.Omit("decoder.layers.10.norm1", "residual"));
    }

    [Fact]
    public void A_classifier_does_without_positions_too()
    {
        var with = new TransformerClassifier<double>(Configuration, Pooling.Mean, new RandomStream(3));
        var without = new TransformerClassifier<double>(
            Configuration with { Positions = PositionEncoding.None }, Pooling.Mean, new RandomStream(3));
        using var tape = new Tape<double>(Mode.Inference);
        var layout = SequenceLayout.Full(1, Source.Length);
        var usual = with.Logits(tape, Source, layout).ToArray();
        tape.Observer = new InterventionObserver<double>(with, new Interventions { Positions = true });
        var off = with.Logits(tape, Source, layout).ToArray();
        tape.Observer = null;
        Close.To(without.Logits(tape, Source, layout).ToArray(), off, 1e-12);
        Assert.NotEqual(usual, off);
    }

    [Fact]
    public void Without_the_padding_mask_padding_counts_as_tokens()
    {
        var model = Model(PositionEncoding.Sinusoidal);
        var off = new Interventions { PaddingMask = true, Padding = 3 };
        using var tape = new Tape<double>(Mode.Inference);
        var plain = new PlainTransformer(tape, model).Logits([.. Source, 0, 0, 0], Target);
        Close.To(plain, Logits(model, off.Pad(Source), off), 1e-12);
        Assert.Equal(Source, new Interventions().Pad(Source));
    }

    [Fact]
    public void A_step_refuses_to_do_without_the_causal_mask()
    {
        var model = Model(PositionEncoding.None);
        var layout = SequenceLayout.Full(1, Source.Length);
        using var tape = new Tape<double>(Mode.Inference);
        using var state = model.BeginDecoding(model.Encode(tape, Source, layout), layout);
        tape.Observer = new InterventionObserver<double>(model, new Interventions { CausalMask = true });
        var failure = Assert.Throws<InvalidOperationException>(() => state.Step(tape, [2]));
        Assert.Equal(
            "MultiHeadAttention.Step: a step never sees later rows, so that it cannot do without the causal mask; " +
            "use Forward on all rows.", failure.Message);
    }

    [Theory]
    [MemberData(nameof(Positions))]
    public void Steps_with_caches_leave_out_the_same_parts_as_whole_passes(PositionEncoding positions)
    {
        var model = Model(positions);
        var off = new Interventions
        {
            Positions = true, Scaling = true, Residuals = ["decoder.layers.1.norm1"],
            Heads = [new(AttentionKind.Decoder, 0, 1), new(AttentionKind.Cross, 1, 0)],
        };
        var whole = Logits(model, Source, off);
        var layout = SequenceLayout.Full(1, Source.Length);
        var observer = new InterventionObserver<double>(model, off);
        using var tape = new Tape<double>(Mode.Inference) { Observer = observer };
        using var state = model.BeginDecoding(model.Encode(tape, Source, layout), layout);
        for (var i = 0; i < Target.Length; i++)
        {
            using var step = new Tape<double>(Mode.Inference) { Observer = observer };
            Close.To(whole.AsSpan(i * 12, 12), state.Step(step, [Target[i]]).ToArray(), 1e-12);
        }
    }

    internal static Transformer<double> Model(PositionEncoding positions)
    {
        var model = new Transformer<double>(Configuration with { Positions = positions }, new RandomStream(3));
        LayerSamples.Randomize(model);
        return model;
    }

    private static void Equal(
        PositionEncoding positions, Interventions off,
        Func<Tape<double>, Transformer<double>, PlainTransformer> without)
    {
        var model = Model(positions);
        using var tape = new Tape<double>(Mode.Inference);
        Close.To(without(tape, model).Logits(Source, Target), Logits(model, Source, off), 1e-12);
        if (off.AreNone || (off.Positions && positions == PositionEncoding.None)) return;
        // What is switched off matters, and does not stay off.
        var usual = Logits(model, Source, new Interventions());
        Assert.True(usual.Zip(Logits(model, Source, off), (a, b) => Math.Abs(a - b)).Max() > 1e-3);
        Close.To(new PlainTransformer(tape, model).Logits(Source, Target), usual, 1e-12);
    }

    private static double[] Logits(Transformer<double> model, int[] source, Interventions off)
    {
        using var tape = new Tape<double>(Mode.Inference) { Observer = new InterventionObserver<double>(model, off) };
        var (layout, targetLayout) = (SequenceLayout.Full(1, source.Length), SequenceLayout.Full(1, Target.Length));
        var memory = model.Encode(tape, source, layout);
        return model.Logits(model.Decode(tape, Target, targetLayout, memory, layout)).ToArray();
    }
}
