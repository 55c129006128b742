using Engine.Layers;
using Engine.Models;
using Engine.Optimizers;
using Engine.Tests.Layers;
using Engine.Tests.Training;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Models;

/// <summary>The Transformer with each of the normalizations.</summary>
public class NormalizationTests
{
    private const int Vocabulary = 13;

    private static readonly TransformerConfiguration Configuration = new()
    {
        SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary, DModel = 8, DFf = 19, Heads = 2,
        EncoderLayers = 2, DecoderLayers = 2, NormGroups = 2,
    };

    public static TheoryData<Normalization, bool> All
    {
        get
        {
            var all = new TheoryData<Normalization, bool>();
            foreach (var normalization in Enum.GetValues<Normalization>())
            {
                all.Add(normalization, false);
                all.Add(normalization, true);
            }
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Padding_is_invisible(Normalization normalization, bool normFirst)
    {
        var model = Create(normalization, normFirst);
        int[] source = [3, 4, 5, 6, 7], target = [1, 8, 9, 2, 2];
        var packed = Logits(model, source, SequenceLayout.Packed([3, 2]), target, SequenceLayout.Packed([2, 3]));
        foreach (var filler in (int[])[0, 7])
        {
            int[] Padded(int[] tokens, int first) =>
                [.. tokens[..first], .. new int[5 - first].Select(_ => filler),
                    .. tokens[first..], .. new int[first].Select(_ => filler)];
            var (sourceLayout, targetLayout) = (SequenceLayout.Padded(5, [3, 2]), SequenceLayout.Padded(5, [2, 3]));
            var logits = Logits(model, Padded(source, 3), sourceLayout, Padded(target, 2), targetLayout);
            Close.To(packed[..(2 * Vocabulary)], logits[..(2 * Vocabulary)], 1e-12);
            Close.To(packed[(2 * Vocabulary)..], logits[(5 * Vocabulary)..(8 * Vocabulary)], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_norm_in_training_counts_no_padding(Normalization normalization, bool normFirst)
    {
        var norm = (Configuration with { Normalization = normalization, NormFirst = normFirst }).CreateNorm<double>();
        LayerSamples.Randomize(norm);
        foreach (var causal in (bool[])[false, true])
        {
            using var tape = new Tape<double>();
            var x = Samples.Normal(5, 8).ToArray();
            var packed = norm.Forward(tape.Constant([5, 8], x), SequenceLayout.Packed([3, 2]), causal).ToArray();
            double[] garbage = [.. Enumerable.Repeat(1e3, 8)];
            var padded = norm.Forward(
                tape.Constant([8, 8], [.. x[..24], .. garbage, .. x[24..], .. garbage, .. garbage]),
                SequenceLayout.Padded(4, [3, 2]), causal).ToArray();
            Close.To(packed, [.. padded[..24], .. padded[32..48]], 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Decoding_step_by_step_equals_decoding_the_whole(Normalization normalization, bool normFirst)
    {
        var model = Create(normalization, normFirst);
        const int length = 6;
        var random = new RandomStream(8);
        var (sourceLayout, targetLayout) = (SequenceLayout.Padded(5, [5, 2]), SequenceLayout.Full(2, length));
        var (source, target) = (Samples.Indices(random, 10, Vocabulary),
            Samples.Indices(random, 2 * length, Vocabulary));
        var whole = Logits(model, source, sourceLayout, target, targetLayout);
        using var tape = new Tape<double>(Mode.Inference);
        var state = model.BeginDecoding(model.Encode(tape, source, sourceLayout), sourceLayout);
        for (var i = 0; i < length; i++)
        {
            var logits = state.Step(tape, [target[i], target[length + i]]).ToArray();
            for (var s = 0; s < 2; s++)
                Close.To(whole.AsSpan(((s * length) + i) * Vocabulary, Vocabulary),
                    logits.AsSpan(s * Vocabulary, Vocabulary), 1e-12);
        }
    }

    [Fact]
    public void Each_normalization_gives_another_model_and_the_encoder_sees_positions_where_it_should()
    {
        var x = Samples.Normal(4, 8);
        var outputs = new HashSet<string>();
        foreach (var normalization in Enum.GetValues<Normalization>())
        {
            var norm = (Configuration with { Normalization = normalization }).CreateNorm<double>();
            double[] Normalize(Tensor<double> x, bool causal, int sequences = 1)
            {
                using var tape = new Tape<double>();
                var layout = SequenceLayout.Full(sequences, x.Shape[0] / sequences);
                return norm.Forward(tape.Constant(x), layout, causal).ToArray();
            }

            outputs.Add(string.Join(" ", Normalize(x, causal: false, sequences: 2)));
            var first = Tensor<double>.From([1, 8], x.ToArray()[..8]);
            var seesOthers = normalization is Normalization.Batch or Normalization.Instance or Normalization.Group;
            Assert.Equal(seesOthers, !Normalize(x, false)[..8].SequenceEqual(Normalize(first, false)));
            // In the decoder only the batch's statistics in training reach across rows.
            if (normalization != Normalization.Batch)
                Assert.Equal(Normalize(first, causal: true), Normalize(x, causal: true)[..8]);
        }
        Assert.Equal(5, outputs.Count);
    }

    [Fact]
    public void Final_norms_and_those_of_the_layers_are_of_the_kind_that_was_chosen()
    {
        var rms = LayerTests.Names(Create(Normalization.Rms, false)).ToArray();
        Assert.Contains("decoder.norm.weight [8]", rms);
        Assert.DoesNotContain(rms, name => name.Contains("norm") && name.Contains("bias"));
        var batch = Create(Normalization.Batch, false).NamedBuffers.Select(named => named.Key).ToArray();
        Assert.Equal(3 * (2 + 2 + 3 + 3 + 2), batch.Length);
        Assert.Contains("encoder.layers.1.norm2.running_var", batch);
        Assert.Contains("decoder.norm.num_batches_tracked", batch);
        Assert.Equal(
            "GroupNorm: 8 channels do not fall into 3 groups; their number must be a divisor of the channels'.",
            Assert.Throws<ShapeException>(() => Create(Normalization.Group, false, groups: 3)).Message);
        Assert.StartsWith(
            "Normalization: the kind must be one of Layer, Rms, Batch, Instance, Group.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Create((Normalization)9, false)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_with_BatchNorm_has_the_same_bits_for_any_number_of_threads()
    {
        var configuration = Configuration with { Normalization = Normalization.Batch, Dropout = 0.1 };
        float[] Train(int threads)
        {
            var network = new Transformer<float>(configuration, new RandomStream(1));
            Step(network, threads, Pairs(3));
            return [.. network.Parameters.SelectMany(p => p.Value.ToArray()), .. Gathered(network)];
        }

        Assert.Equal(Train(1), Train(3));
    }

    [Fact]
    public void A_step_with_BatchNorm_sees_the_batch_whole()
    {
        var configuration = Configuration with { Normalization = Normalization.Batch };
        var network = new Transformer<float>(configuration, new RandomStream(1));
        Step(network, 2, Pairs(3));
        var whole = new Transformer<float>(configuration, new RandomStream(1));
        using var tape = new Tape<float>();
        tape.Backward(new TrainableNetwork(whole, 0).Loss(tape, Pairs(3), 1)).Commit();
        Assert.Equal(Gathered(whole), Gathered(network));
    }

    private static void Step(Transformer<float> network, int threads, Batch batch)
    {
        using var team = new ThreadTeam(threads);
        var (model, adam) = (new TrainableNetwork(network, 0.1), new Adam<float>(network.Parameters));
        new TrainingStep(model, adam, new RandomStream(2), team) { ClipNorm = 1 }.Run(batch);
    }

    /// <summary>Enough tokens for several microbatches.</summary>
    private static Batch Pairs(long seed)
    {
        var random = new RandomStream(seed);
        int[] Sentence() => [.. Samples.Indices(random, 19, Vocabulary - 4).Select(token => token + 4)];
        return new Batch([.. Enumerable.Range(0, 80).Select(_ => new SentencePair(Sentence(), Sentence()))]);
    }

    private static float[] Gathered(Transformer<float> network) =>
        [.. network.NamedBuffers.SelectMany(named => named.Value.Value.ToArray())];

    private static Transformer<double> Create(Normalization normalization, bool normFirst, int groups = 2)
    {
        var model = new Transformer<double>(
            Configuration with { Normalization = normalization, NormFirst = normFirst, NormGroups = groups },
            new RandomStream(1));
        LayerSamples.Randomize(model);
        var random = new RandomStream(5);
        foreach (var (_, buffer) in model.NamedBuffers)
            Samples.Positive(random, buffer.Shape).CopyTo(buffer.Update());
        return model;
    }

    private static double[] Logits(
        Transformer<double> model, int[] source, SequenceLayout sourceLayout, int[] target,
        SequenceLayout targetLayout)
    {
        using var tape = new Tape<double>(Mode.Inference);
        var memory = model.Encode(tape, source, sourceLayout);
        return model.Logits(model.Decode(tape, target, targetLayout, memory, sourceLayout)).ToArray();
    }
}
