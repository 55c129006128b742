using Engine.Decoding;
using Engine.Models;
using Engine.Optimizers;
using Engine.Tests.Training;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Models;

/// <summary>What holds of every architecture that translates.</summary>
public class BaselineTests
{
    private const int Tokens = 13;

    public static TheoryData<string> Names => [.. Architectures.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decoding_step_by_step_equals_decoding_the_whole(string name)
    {
        var model = Random(name);
        var random = new RandomStream(8);
        const int length = 9;
        var (sourceLayout, targetLayout) = (SequenceLayout.Padded(5, [5, 2, 3]), SequenceLayout.Full(3, length));
        var source = Samples.Indices(random, 15, Tokens);
        var target = Samples.Indices(random, 3 * length, Tokens);
        using var tape = new Tape<float>(Mode.Inference);
        var memory = model.Encode(tape, source, sourceLayout);
        var whole = Doubles(model.Logits(model.Decode(tape, target, targetLayout, memory, sourceLayout)));
        using var state = model.BeginDecoding(memory, sourceLayout);
        for (var i = 0; i < length; i++)
        {
            Assert.Equal(i, state.Length);
            using var step = new Tape<float>(Mode.Inference);
            var logits = Doubles(
                state.Step(step, [target[i], target[length + i], target[(2 * length) + i]]));
            for (var s = 0; s < 3; s++)
                Close.To(
                    whole.AsSpan(((s * length) + i) * Tokens, Tokens), logits.AsSpan(s * Tokens, Tokens), 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Decoding_goes_on_from_the_sentences_that_are_kept(string name)
    {
        var model = Random(name);
        DecodingState<float> state;
        using (var tape = new Tape<float>(Mode.Inference))
        {
            var layout = SequenceLayout.Packed([3, 2]);
            state = model.BeginDecoding(model.Encode(tape, [3, 4, 5, 6, 7], layout), layout);
            state.Step(tape, [1, 2]);
        }
        using var ended = state;
        state.Select([1, 0, 1]);
        using var next = new Tape<float>(Mode.Inference);
        var logits = Doubles(state.Step(next, [8, 9, 10]));
        Close.To(Logits(model, [6, 7], [2, 8])[Tokens..], logits[..Tokens], 1e-4);
        Close.To(Logits(model, [3, 4, 5], [1, 9])[Tokens..], logits[Tokens..(2 * Tokens)], 1e-4);
        Close.To(Logits(model, [6, 7], [2, 10])[Tokens..], logits[(2 * Tokens)..], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Padding_and_the_future_are_invisible(string name)
    {
        var model = Random(name);
        using var tape = new Tape<float>(Mode.Inference);
        var (source, target) = (SequenceLayout.Padded(4, [2, 4]), SequenceLayout.Padded(4, [4, 3]));
        double[] Run(int padding, int later)
        {
            var memory = model.Encode(tape, [5, 6, padding, padding, 7, 8, 9, 3], source);
            return Doubles(model.Logits(model.Decode(
                tape, [2, 4, later, later, 2, 7, 5, padding], target, memory, source)));
        }

        var (y, changed) = (Run(0, 5), Run(11, 9));
        Assert.Equal(y[..(2 * Tokens)], changed[..(2 * Tokens)]);
        Assert.NotEqual(y[(2 * Tokens)..(3 * Tokens)], changed[(2 * Tokens)..(3 * Tokens)]);
        Assert.Equal(y[(4 * Tokens)..(7 * Tokens)], changed[(4 * Tokens)..(7 * Tokens)]);
        Close.To(Logits(model, [5, 6], [2, 4, 5, 5]), y.AsSpan(0, 4 * Tokens), 1e-4);
        Close.To(Logits(model, [7, 8, 9, 3], [2, 7, 5]), y.AsSpan(4 * Tokens, 3 * Tokens), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_learns_to_reverse_its_source(string name)
    {
        var c = Small(name) with { Dropout = 0, DModel = 32, LearningRate = name == "conv" ? 0.006 : 0.01 };
        var network = Architectures.Translator(c, Tokens, Tokens);
        using var team = new ThreadTeam(1);
        var adam = new Adam<float>(network.Parameters, c.LearningRate);
        var step = new TrainingStep(new TrainableNetwork(network, 0), adam, new RandomStream(1), team) { ClipNorm = 1 };
        var random = new RandomStream(5);
        for (var update = 0; update < 600; update++)
        {
            adam.LearningRate = c.LearningRate * Math.Min(1, Math.Min((update + 1) / 30.0, (600 - update) / 200.0));
            step.Run(new Batch([.. Enumerable.Range(0, 32).Select(_ => Pair(random))]));
        }
        var held = Enumerable.Range(0, 50).Select(_ => Pair(random)).ToArray();
        int[][] sources = [.. held.Select(pair => (int[])[.. pair.Source, Vocabulary.End])];
        var greedy = Greedy.Decode(network, sources, n => n);
        var beam = Beam.Decode(network, sources, n => n, new BeamOptions { Width = 3 });
        var narrow = Beam.Decode(network, sources, n => n, new BeamOptions { Width = 1 });
        Assert.Equal(greedy, narrow.Select(found => found[0].Tokens));
        foreach (var answers in (IEnumerable<IEnumerable<int>>[])[greedy, beam.Select(found => found[0].Tokens)])
        {
            var right = held.Zip(answers).Count(pair => pair.First.Target.SequenceEqual(pair.Second));
            Assert.True(right >= 45, $"{right} of 50");
        }
    }

    [Fact]
    public void Sizes_that_an_architecture_cannot_have_are_refused()
    {
        var recurrent = new RecurrentConfiguration
        {
            SourceVocabulary = 5, TargetVocabulary = 5, DModel = 5, Heads = 1, EncoderLayers = 1, DecoderLayers = 1,
            Kind = RecurrentKind.Gru,
        };
        Assert.Equal(
            "Gru: dModel 5 must be even: each direction of the encoder has half of the features.",
            Assert.Throws<ShapeException>(() =>
                new RecurrentTranslator<float>(recurrent, new RandomStream(1))).Message);
        foreach (var kernel in (int[])[1, 4])
        {
            var convolutional = new ConvolutionalConfiguration
            {
                SourceVocabulary = 5, TargetVocabulary = 5, DModel = 4, Heads = 1, EncoderLayers = 1,
                DecoderLayers = 1, Kernel = kernel,
            };
            Assert.Equal(
                $"ConvolutionalEncoder: the kernel {kernel} must be odd and at least 3, so that a position has the " +
                "same number of neighbours on both sides.",
                Assert.Throws<ShapeException>(() =>
                    new ConvolutionalTranslator<float>(convolutional, new RandomStream(1))).Message);
        }
    }

    private static SentencePair Pair(RandomStream random)
    {
        var source = Samples.Indices(random, 2 + random.NextInteger(4), Tokens - 4);
        for (var i = 0; i < source.Length; i++) source[i] += 4;
        return new SentencePair(source, [.. source.Reverse()]);
    }

    private static TrainingConfiguration Small(string name) =>
        new() { Architecture = name, DModel = 8, DFf = 16, Heads = 2, Layers = 2, Dropout = 0.1 };

    private static TranslationNetwork<float> Random(string name)
    {
        var model = Architectures.Translator(Small(name), Tokens, Tokens);
        var random = new RandomStream(3);
        foreach (var parameter in model.Parameters)
            foreach (ref var value in parameter.Update()) value += (float)(0.2 * random.NextNormal());
        return model;
    }

    private static double[] Logits(TranslationNetwork<float> model, int[] source, int[] target)
    {
        using var tape = new Tape<float>(Mode.Inference);
        var (from, to) = (SequenceLayout.Full(1, source.Length), SequenceLayout.Full(1, target.Length));
        return Doubles(model.Logits(model.Decode(tape, target, to, model.Encode(tape, source, from), from)));
    }

    private static double[] Doubles(Tensor<float> x) => Array.ConvertAll(x.ToArray(), value => (double)value);
}
