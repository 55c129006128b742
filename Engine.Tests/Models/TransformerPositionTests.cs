using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Tests.Layers;
using Engine.Tests.Storage;

namespace Engine.Tests.Models;

/// <summary>What holds of the Transformer with every kind of positions.</summary>
public class TransformerPositionTests
{
    private const int Vocabulary = 13;

    public static TheoryData<PositionEncoding> Kinds => new(Enum.GetValues<PositionEncoding>());

    [Property(MaxTest = 10)]
    public void A_causal_mask_hides_the_future(
        Draw draw) => draw.ForEach(Enum.GetValues<PositionEncoding>(), (positions, draw) =>
    {
        var model = Random(positions, draw.Flip());
        var (source, target) = (Tokens(draw, 6), Tokens(draw, 40));
        var changed = draw.Integer(0, target.Length - 1);
        var before = Logits(model, [source], [target], null, 0);
        target[changed] = (target[changed] % (Vocabulary - 1)) + 1;
        var after = Logits(model, [source], [target], null, 0);
        var seen = changed * Vocabulary;
        Assert.Equal(before[..seen], after[..seen]); // to the bit
        Assert.NotEqual(before[seen..(seen + Vocabulary)], after[seen..(seen + Vocabulary)]);
    });

    [Property(MaxTest = 6)]
    public void Padding_is_invisible(Draw draw) => draw.ForEach(Enum.GetValues<PositionEncoding>(), (positions, draw) =>
    {
        var model = Random(positions, draw.Flip());
        var sentences = draw.Integer(1, 3);
        int[][] Sentences() => [.. Enumerable.Range(0, sentences).Select(_ => Tokens(draw, 30))];
        var (sources, targets) = (Sentences(), Sentences());
        var packed = Logits(model, sources, targets, null, 0);
        foreach (var extra in (int[])[0, 1, 20])
        {
            var padded = Logits(model, sources, targets, extra, filler: 0);
            Close.To(packed, padded, 1e-12);
            Assert.Equal(padded, Logits(model, sources, targets, extra, filler: 7));
        }
        var alone = sources.Zip(targets, (s, t) => Logits(model, [s], [t], null, 0)).SelectMany(l => l).ToArray();
        Close.To(alone, packed, 1e-12);
    });

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Decoding_step_by_step_equals_decoding_the_whole_also_after_sentences_have_left(
        PositionEncoding positions)
    {
        var model = Random(positions, normFirst: false);
        var random = new RandomStream(8);
        const int length = 40; // past the clip of relative positions, and past the first room of a cache
        var (sourceLayout, targetLayout) = (SequenceLayout.Padded(5, [5, 2, 3]), SequenceLayout.Full(3, length));
        var (source, target) = (
            Samples.Indices(random, 15, Vocabulary), Samples.Indices(random, 3 * length, Vocabulary));
        using var tape = new Tape<double>(Mode.Inference);
        var memory = model.Encode(tape, source, sourceLayout);
        var whole = model.Logits(model.Decode(tape, target, targetLayout, memory, sourceLayout)).ToArray();
        var state = model.BeginDecoding(memory, sourceLayout);
        int[] open = [0, 1, 2];
        for (var i = 0; i < length; i++)
        {
            if (i == 9)
            {
                state.Select([2, 0]);
                open = [2, 0];
            }
            using var step = new Tape<double>(Mode.Inference);
            var logits = state.Step(step, [.. open.Select(s => target[(s * length) + i])]).ToArray();
            for (var s = 0; s < open.Length; s++)
                Close.To(
                    whole.AsSpan(((open[s] * length) + i) * Vocabulary, Vocabulary),
                    logits.AsSpan(s * Vocabulary, Vocabulary), 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_model_that_is_saved_and_loaded_gives_the_same_logits(PositionEncoding positions)
    {
        using var folder = new TemporaryFolder();
        var (model, copy) = (Random(positions, false), new Transformer<double>(
            Configuration(positions, false), new RandomStream(2)));
        SafeTensors.Save(folder["model.safetensors"], model);
        SafeTensors.Load(folder["model.safetensors"], copy);
        int[][] source = [[3, 4, 5]], target = [[1, 6, 7, 8]];
        Assert.Equal(Logits(model, source, target, null, 0), Logits(copy, source, target, null, 0));
    }

    [Property(MaxTest = 5)]
    public void An_encoder_without_positions_permutes_its_memory_with_its_tokens_and_with_positions_does_not(Draw draw)
    {
        var normFirst = draw.Flip();
        int[] tokens = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        var order = Enumerable.Range(0, tokens.Length).ToArray();
        do draw.Random.Shuffle<int>(order);
        while (order[0] == 0);
        foreach (var positions in Enum.GetValues<PositionEncoding>())
        {
            var model = Random(positions, normFirst);
            Numbers Encode(int[] source)
            {
                using var tape = new Tape<double>(Mode.Inference);
                return Numbers.Of(model.Encode(tape, source, SequenceLayout.Full(1, source.Length)));
            }

            var (memory, reordered) = (Encode(tokens), Encode([.. order.Select(i => tokens[i])]));
            var expected = Numbers.ByIndex(memory.Shape, at => memory[order[at[0]], at[1]]);
            if (positions == PositionEncoding.None) Close.To(expected, reordered, 1e-12);
            else
                Assert.True(expected.Values.Zip(reordered.Values, (a, b) => Math.Abs(a - b)).Max() > 1e-3);
        }
    }

    [Fact]
    public void Parameters_of_positions_have_names_of_their_own()
    {
        var none = LayerTests.Names(Random(PositionEncoding.None, false)).ToArray();
        string[] Names(PositionEncoding positions) => [.. LayerTests.Names(Random(positions, false)).Except(none)];
        Assert.Empty(Names(PositionEncoding.Sinusoidal));
        Assert.Empty(Names(PositionEncoding.Rotary));
        Assert.Equal(
            ["source_position_embedding.weight [60, 8]", "target_position_embedding.weight [60, 8]"],
            Names(PositionEncoding.Learned));
        Assert.Equal(
            [
                "encoder.layers.0.self_attn.relative.key [33, 4]", "encoder.layers.0.self_attn.relative.value [33, 4]",
                "decoder.layers.0.self_attn.relative.key [33, 4]", "decoder.layers.0.self_attn.relative.value [33, 4]",
            ],
            Names(PositionEncoding.Relative));
    }

    [Fact]
    public void Learned_positions_end_with_an_error_that_says_so()
    {
        var model = Random(PositionEncoding.Learned, false);
        using var tape = new Tape<double>(Mode.Inference);
        Assert.Equal(
            "LearnedPositions: a sequence has 61 positions, but the table is [60, 8]; make the table longer, shorten " +
            "the sequence, or use positions without an end (sinusoidal, relative or rotary).",
            Assert.Throws<ShapeException>(() =>
                model.Encode(tape, new int[61], SequenceLayout.Full(1, 61))).Message);
        Assert.Equal(60, model.Encode(tape, new int[60], SequenceLayout.Full(1, 60)).Shape[0]);
    }

    private static TransformerConfiguration Configuration(PositionEncoding positions, bool normFirst) => new()
    {
        SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary, DModel = 8, DFf = 19, Heads = 2,
        EncoderLayers = 1, DecoderLayers = 1, NormFirst = normFirst, Positions = positions, MaximumLength = 60,
    };

    private static Transformer<double> Random(PositionEncoding positions, bool normFirst)
    {
        var model = new Transformer<double>(Configuration(positions, normFirst), new RandomStream(1));
        LayerSamples.Randomize(model);
        return model;
    }

    private static int[] Tokens(Draw draw, int longest) =>
        [.. Samples.Indices(draw.Random, draw.Integer(1, longest), Vocabulary - 1).Select(token => token + 1)];

    /// <summary>The logits of the real rows; packed, or with additional rows of padding.</summary>
    private static double[] Logits(
        Transformer<double> model, int[][] sources, int[][] targets, int? padding, int filler)
    {
        (int[] Tokens, SequenceLayout Layout) Arrange(int[][] sentences)
        {
            int[] lengths = [.. sentences.Select(s => s.Length)];
            if (padding is not { } extra) return ([.. sentences.SelectMany(s => s)], SequenceLayout.Packed(lengths));
            var longest = lengths.Max() + extra;
            return (
                [.. sentences.SelectMany(s => s.Concat(Enumerable.Repeat(filler, longest - s.Length)))],
                SequenceLayout.Padded(longest, lengths));
        }

        using var tape = new Tape<double>(Mode.Inference);
        var ((source, sourceLayout), (target, targetLayout)) = (Arrange(sources), Arrange(targets));
        var memory = model.Encode(tape, source, sourceLayout);
        var logits = model.Logits(model.Decode(tape, target, targetLayout, memory, sourceLayout)).ToArray();
        return [.. Enumerable.Range(0, targets.Length).SelectMany(s =>
            logits.AsSpan(targetLayout.Start(s) * Vocabulary, targetLayout.Length(s) * Vocabulary).ToArray())];
    }
}
