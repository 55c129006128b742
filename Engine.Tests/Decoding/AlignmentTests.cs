using Engine.Decoding;
using Engine.Layers;
using Engine.Models;
using Engine.Text;
using Engine.Training;
using Engine.Tests.Fixtures;

namespace Engine.Tests.Decoding;

public class AlignmentTests
{
    public static TheoryData<string> Networks => ["transformer", "gru", "conv"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Each_token_names_the_source_word_that_its_step_attended_to_most(string architecture)
    {
        var network = Network(architecture);
        int[][] sources = [[9, Vocabulary.End], [4, 5, 6, 7, 8, Vocabulary.End], [7, 7, 4, Vocabulary.End]];
        var greedy = new GreedyOptions { Aligns = true, MinimumLength = 3 };
        var written = Greedy.Generate(network, sources, length => 2 + length, greedy);
        var beam = Beam.Decode(
            network, sources, length => 2 + length, new BeamOptions { Width = 3, NBest = 3, Aligns = true });
        var drawn = Sampling.Decode(
            network, sources, length => 2 + length, new SamplingOptions
            {
                NBest = 8, MinimumLength = 6, Aligns = true,
            });
        for (var s = 0; s < sources.Length; s++)
        {
            Assert.Equal(MostAttended(network, sources[s], written[s].Tokens), written[s].SourcePositions);
            foreach (var found in beam[s].Concat(drawn[s]))
                Assert.Equal(MostAttended(network, sources[s], found.Tokens), found.SourcePositions);
        }
        var positions = drawn.SelectMany(samples => samples).SelectMany(one => one.SourcePositions!);
        Assert.True(positions.Distinct().Count() > 1);
    }

    [Fact]
    public void Alignment_changes_no_translation_and_is_absent_unless_asked_for()
    {
        var network = Network("transformer");
        int[][] sources = [[4, 5, 6, Vocabulary.End], [Vocabulary.End]];
        var beam = new BeamOptions { Width = 3, MinimumLength = 2 };
        var plain = Beam.Decode(network, sources, _ => 9, beam);
        var aligned = Beam.Decode(network, sources, _ => 9, beam with { Aligns = true });
        Assert.Equal(plain.Select(found => found[0].Tokens), aligned.Select(found => found[0].Tokens));
        Assert.Equal(plain.Select(found => found[0].Score), aligned.Select(found => found[0].Score));
        Assert.All(plain, found => Assert.Null(found[0].SourcePositions));
        Assert.All(aligned[1][0].SourcePositions!, position => Assert.Equal(-1, position)); // the source has no word
    }

    [Fact]
    public void The_weights_are_those_of_the_last_layer()
    {
        foreach (var layer in (int[])[0, 1])
        {
            var network = Network("transformer");
            network.NamedParameters.First(one => one.Key == $"decoder.layers.{layer}.multihead_attn.in_proj_weight")
                .Value.Update().Clear(); // uniform attention
            var weights = Weights(network, [4, 5, 6, Vocabulary.End], []);
            Assert.Equal(layer == 1, weights.All(weight => Math.Abs(weight - 0.25f) < 1e-6f));
            Assert.Equal(1, weights.Sum(), 1e-5);
        }
    }

    [Fact]
    public void A_step_keeps_the_weights_that_attention_over_whole_sentences_has()
    {
        var (random, layout) = (new RandomStream(5), SequenceLayout.Packed([3, 5]));
        var attention = new MultiHeadAttention<double>(12, 3, random);
        using var tape = new Tape<double>(Mode.Inference);
        var x = tape.Constant(Tensor<double>.From([2, 12], Samples.Normal(random, [2, 12]).ToArray()));
        var memory = attention.ProjectMemory(
            tape.Constant(Tensor<double>.From([8, 12], Samples.Normal(random, [8, 12]).ToArray())));
        var kept = new StepWeights<double>();
        attention.Step(x, memory, AttendedRows.Of(layout), kept);
        var observer = new SeenValues<double>();
        tape.Observer = observer;
        attention.Forward(x, SequenceLayout.Full(2, 1), memory, layout);
        for (var s = 0; s < 2; s++)
        {
            var all = observer.Of("weights", s); // [heads, 1, keys]
            var keys = layout.Length(s);
            double[] means =
                [.. Enumerable.Range(0, keys).Select(t => (all[t] + all[keys + t] + all[(2 * keys) + t]) / 3)];
            Close.To(means, kept.MeanOf(s), 1e-12);
        }
    }

    private static TranslationNetwork<float> Network(string architecture)
    {
        var network = Architectures.Translator(
            new TrainingConfiguration
            {
                Architecture = architecture, DModel = 16, DFf = 32, Heads = 2, Layers = 2, Dropout = 0,
            },
            12, 12);
        var random = new RandomStream(11);
        foreach (var parameter in network.Parameters)
            foreach (ref var value in parameter.Update()) value += 0.5f * (float)random.NextNormal();
        return network;
    }

    private static int[] MostAttended(TranslationNetwork<float> network, int[] source, IReadOnlyList<int> tokens) =>
    [
        .. tokens.Select((_, i) =>
        {
            var words = Weights(network, source, [.. tokens.Take(i)])[..^1];
            return Array.IndexOf(words, words.Max());
        }),
    ];

    /// <summary>The attention weights of the step that chooses the token after a beginning, for one sentence.</summary>
    private static float[] Weights(TranslationNetwork<float> network, int[] source, int[] beginning)
    {
        using var batch = new DecodingBatch(network, [source], 1, new GreedyOptions { Aligns = true });
        var reader = new TopTokens(1, normalizes: false, new LogitsProcessor(new GreedyOptions()));
        foreach (var token in (int[])[Vocabulary.Begin, .. beginning])
        {
            reader.Start(1);
            batch.Step([token], reader);
        }
        return batch.Weights!.MeanOf(0);
    }
}
