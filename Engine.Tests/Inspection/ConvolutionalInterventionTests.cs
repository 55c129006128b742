using Engine.Inspection;
using Engine.Layers;
using Engine.Models;

namespace Engine.Tests.Inspection;

/// <summary>Residual sums and positions of convolutional networks, written out here in plain operations.</summary>
public class ConvolutionalInterventionTests
{
    private static readonly ConvolutionalConfiguration Configuration = new()
    {
        SourceVocabulary = 11, TargetVocabulary = 12, DModel = 8, Heads = 2, EncoderLayers = 2, DecoderLayers = 1,
    };

    private static readonly int[] Source = [4, 7, 5, 9, 3], Target = [2, 6, 8, 10];

    private static readonly SequenceLayout Layout = SequenceLayout.Full(1, Source.Length);

    public static TheoryData<string> Parts =>
        ["", "positions", "encoder.0.conv", "encoder.1.conv", "encoder", "encoder.0.conv encoder.1.conv positions"];

    [Theory]
    [MemberData(nameof(Parts))]
    public void The_classifier_does_without_residuals_and_positions(string parts)
    {
        var model = new ConvolutionalClassifier<double>(Configuration, Pooling.Mean, new RandomStream(3));
        using var tape = new Tape<double>(Mode.Inference);
        var off = Off(parts);
        var x = ((Embedding<double>)Module(model, "embedding")).Forward(tape, Source) * Math.Sqrt(8);
        var head = (Linear<double>)Module(model, "head");
        var expected = head.Forward(Op.MeanPool(Encoder(model, x, off), Layout)).ToArray();
        tape.Observer = new InterventionObserver<double>(model, off);
        Close.To(expected, model.Logits(tape, Source, Layout).ToArray(), 1e-12);
    }

    [Theory]
    [InlineData("")]
    [InlineData("decoder.0.conv")]
    [InlineData("decoder.0.attention")]
    [InlineData("decoder positions encoder")]
    public void The_translator_does_without_residuals_and_positions(string parts)
    {
        var model = new ConvolutionalTranslator<double>(Configuration, new RandomStream(3));
        using var tape = new Tape<double>(Mode.Inference);
        var off = Off(parts);
        var targetLayout = SequenceLayout.Full(1, Target.Length);
        var memory = Encoder(model, Embed("source_embedding", Source), off);
        var embedded = Place(Embed("target_embedding", Target), off);
        var attention = (MultiHeadAttention<double>)Module(model, "decoder.0.attention");
        var h = Op.Glu(((Conv1d<double>)Module(model, "decoder.0.conv")).Forward(embedded, targetLayout));
        var context = attention.Forward(HalfSum(h, embedded), targetLayout, attention.ProjectMemory(memory), Layout);
        var y = off.Omit("decoder.0.attention", "residual") ? context : HalfSum(h, context);
        var expected = (off.Omit("decoder.0.conv", "residual") ? y : HalfSum(embedded, y)).ToArray();

        tape.Observer = new InterventionObserver<double>(model, off);
        var seen = model.Encode(tape, Source, Layout);
        Close.To(expected, model.Decode(tape, Target, targetLayout, seen, Layout).ToArray(), 1e-12);
        using var state = model.BeginDecoding(seen, Layout);
        var logits = model.Logits(tape.Constant([Target.Length, 8], expected)).ToArray();
        for (var i = 0; i < Target.Length; i++)
        {
            using var step = new Tape<double>(Mode.Inference) { Observer = tape.Observer };
            Close.To(logits.AsSpan(i * 12, 12), state.Step(step, [Target[i]]).ToArray(), 1e-12);
        }

        Tensor<double> Embed(string name, int[] ids) =>
            ((Embedding<double>)Module(model, name)).Forward(tape, ids) * Math.Sqrt(8);
    }

    [Theory]
    [InlineData("transformer Sinusoidal translate", 10, "causal mask, scaling, positions")]
    [InlineData("transformer None translate", 10, "causal mask, scaling")]
    [InlineData("transformer Relative translate", 10, "causal mask, scaling, positions")]
    [InlineData("transformer Rotary classify", 4, "scaling, positions")]
    [InlineData("conv translate", 7, "scaling, positions")]
    [InlineData("conv classify", 3, "positions")]
    [InlineData("gru translate", 0, "scaling")]
    [InlineData("gru classify", 0, "")]
    public void A_model_has_the_parts_that_it_computes_with(string name, int residuals, string others)
    {
        var parts = SwitchableParts.Of(SmallModels.Create(name));
        Assert.Equal(residuals, parts.Residuals.Count);
        Assert.Equal(
            others, string.Join(", ", new[]
            {
                parts.CausalMask ? "causal mask" : "", parts.Scaling ? "scaling" : "",
                parts.Positions ? "positions" : "",
            }.Where(part => part.Length > 0)));
    }

    private static Interventions Off(string parts) => new()
    {
        Residuals = [.. parts.Split(' ').Where(part => part is not ("" or "positions"))],
        Positions = parts.Contains("positions", StringComparison.Ordinal),
    };

    private static Module<double> Module(Module<double> model, string path) =>
        model.NamedModules.First(named => named.Key == path).Value;

    private static Tensor<double> Encoder(Module<double> model, Tensor<double> x, Interventions off)
    {
        var embedded = x = Place(x, off);
        for (var i = 0; i < Configuration.EncoderLayers; i++)
        {
            var y = Op.Glu(((Conv1d<double>)Module(model, $"encoder.{i}.conv")).Forward(x, Layout));
            x = off.Omit($"encoder.{i}.conv", "residual") ? y : HalfSum(x, y);
        }
        return off.Omit("encoder", "residual") ? x : HalfSum(embedded, x);
    }

    private static Tensor<double> Place(Tensor<double> x, Interventions off) => off.Positions ? x
        : x + x.Tape.Constant(x.Shape, new SinusoidalPositions<double>(8).Rows(x.Shape[0]));

    private static Tensor<double> HalfSum(Tensor<double> x, Tensor<double> y) => (x + y) * Math.Sqrt(0.5);
}
