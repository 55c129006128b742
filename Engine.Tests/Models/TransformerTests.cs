using Engine.Layers;
using Engine.Models;
using Engine.Tests.Layers;

namespace Engine.Tests.Models;

public class TransformerTests
{
    private const int Vocabulary = 13;

    private static readonly TransformerConfiguration PostNorm = new()
    {
        SourceVocabulary = Vocabulary, TargetVocabulary = Vocabulary, DModel = 8, DFf = 19, Heads = 2,
        EncoderLayers = 2,
        DecoderLayers = 2,
    };

    private static readonly TransformerConfiguration PreNorm = PostNorm with { NormFirst = true,
        Activation = Activation.Gelu };

    public static TheoryData<bool> NormFirst => [false, true];

    [Theory]
    [MemberData(nameof(NormFirst))]
    public void A_causal_mask_hides_the_future(bool normFirst)
    {
        var model = Random(normFirst);
        int[] target = [1, 4, 7, 9, 5], changed = [1, 4, 7, 2, 3];
        var (before, after) = (Logits(model, [3, 4, 5], target), Logits(model, [3, 4, 5], changed));
        Assert.Equal(before[..(3 * Vocabulary)], after[..(3 * Vocabulary)]);
        for (var row = 3; row < 5; row++)
            Assert.NotEqual(before[(row * Vocabulary)..][..Vocabulary], after[(row * Vocabulary)..][..Vocabulary]);
    }

    [Property(MaxTest = 8)]
    public void Padding_is_invisible(Draw draw) => draw.ForEach([false, true], (normFirst, draw) =>
    {
        var model = Random(normFirst);
        var sentences = draw.Integer(1, 3);
        int[][] Sentences() => [.. Enumerable.Range(0, sentences).Select(
            _ => Samples.Indices(draw.Random, draw.Integer(1, 6), Vocabulary - 1).Select(t => t + 1).ToArray())];
        var (sources, targets) = (Sentences(), Sentences());
        var packed = Batch(model, sources, targets, null, 0);
        foreach (var extra in (int[])[0, 1, 5])
        {
            Close.To(packed, Batch(model, sources, targets, extra, 0), 1e-12);
            Assert.Equal(Batch(model, sources, targets, extra, 0),
                Batch(model, sources, targets, extra, filler: 7));
        }
        var alone = sources.Zip(targets, (s, t) => Logits(model, s, t)).SelectMany(l => l).ToArray();
        Close.To(alone, packed, 1e-12);
    });

    [Property(MaxTest = 15)]
    public void An_encoder_without_positions_does_not_know_the_order_of_its_rows(Draw draw)
    {
        var model = Random(draw.Flip());
        var x = Numbers.Of(Samples.Normal(draw.Random, [draw.Integer(1, 9), 8]));
        var order = Enumerable.Range(0, x.Shape[0]).ToArray();
        draw.Random.Shuffle<int>(order);
        Numbers Reordered(Numbers rows) => Numbers.ByIndex(rows.Shape, i => rows[order[i[0]], i[1]]);
        Numbers Encode(Numbers rows)
        {
            using var tape = new Tape<double>(Mode.Inference);
            return Numbers.Of(model.EncoderDecoder.Encode(rows.On(tape), SequenceLayout.Full(1, rows.Shape[0])));
        }

        Close.To(Reordered(Encode(x)), Encode(Reordered(x)), 1e-12);
    }

    [Fact]
    public void With_positions_the_order_of_the_source_matters() =>
        Assert.NotEqual(Logits(Random(false), [3, 4, 5], [1]), Logits(Random(false), [4, 3, 5], [1]));

    [Theory]
    [MemberData(nameof(NormFirst))]
    public void Decoding_step_by_step_equals_decoding_the_whole(bool normFirst)
    {
        var model = Random(normFirst);
        var random = new RandomStream(8);
        const int length = 20;
        var (sourceLayout, targetLayout) = (SequenceLayout.Padded(5, [5, 2, 3]), SequenceLayout.Full(3, length));
        var (source, target) = (Samples.Indices(random, 15, Vocabulary),
            Samples.Indices(random, 3 * length, Vocabulary));
        using var tape = new Tape<double>(Mode.Inference);
        var memory = model.Encode(tape, source, sourceLayout);
        var whole = model.Logits(model.Decode(tape, target, targetLayout, memory, sourceLayout)).ToArray();
        var state = model.BeginDecoding(memory, sourceLayout);
        for (var i = 0; i < length; i++)
        {
            Assert.Equal(i, state.Length);
            using var step = new Tape<double>(Mode.Inference);
            var logits = state.Step(step, [target[i], target[length + i], target[(2 * length) + i]]).ToArray();
            for (var s = 0; s < 3; s++)
                Close.To(whole.AsSpan(((s * length) + i) * Vocabulary, Vocabulary),
                    logits.AsSpan(s * Vocabulary, Vocabulary), 1e-12);
        }
    }

    [Fact]
    public void Decoding_goes_on_from_the_sentences_that_are_kept()
    {
        var model = Random(false);
        DecodingState<double> state;
        using (var tape = new Tape<double>(Mode.Inference))
        {
            var layout = SequenceLayout.Packed([3, 2]);
            state = model.BeginDecoding(model.Encode(tape, [3, 4, 5, 6, 7], layout), layout);
            state.Step(tape, [1, 2]);
        }
        state.Select([1, 0, 1]);
        using var next = new Tape<double>(Mode.Inference);
        var logits = state.Step(next, [8, 9, 10]).ToArray();
        Close.To(Logits(model, [6, 7], [2, 8])[Vocabulary..], logits[..Vocabulary], 1e-12);
        Close.To(Logits(model, [3, 4, 5], [1, 9])[Vocabulary..], logits[Vocabulary..(2 * Vocabulary)], 1e-12);
        Close.To(Logits(model, [6, 7], [2, 10])[Vocabulary..], logits[(2 * Vocabulary)..], 1e-12);
    }

    [Fact]
    public void A_sentence_without_source_tokens_can_be_decoded_and_kept()
    {
        var model = Random(false);
        using var tape = new Tape<double>(Mode.Inference);
        var layout = SequenceLayout.Padded(2, [2, 0]);
        var state = model.BeginDecoding(model.Encode(tape, [3, 4, 0, 0], layout), layout);
        var first = state.Step(tape, [1, 1]).ToArray();
        Assert.All(first, value => Assert.True(double.IsFinite(value)));
        state.Select([1]);
        Assert.All(state.Step(tape, [2]).ToArray(), value => Assert.True(double.IsFinite(value)));
    }

    [Fact]
    public void Shared_tables_appear_once_and_their_gradient_is_the_sum_of_all_uses()
    {
        double[] Gradient(EmbeddingSharing sharing, out Dictionary<string, double[]> all)
        {
            var model = new Transformer<double>(PostNorm with { Sharing = sharing }, new RandomStream(1));
            foreach (var p in model.Parameters)
            {
                var random = new RandomStream(p.Count);
                foreach (ref var value in p.Update()) value = 0.3 * random.NextNormal();
            }
            using var tape = new Tape<double>(Mode.Evaluation);
            var layout = SequenceLayout.Full(1, 4);
            var memory = model.Encode(tape, [3, 4, 5, 6], layout);
            var set = tape.Backward(Op.CrossEntropy(
                model.Logits(model.Decode(tape, [1, 3, 3, 9], layout, memory, layout)), [3, 3, 9, 2]));
            all = model.NamedParameters.ToDictionary(named => named.Key, named => set[named.Value].ToArray());
            return all["source_embedding.weight"];
        }

        var source = Gradient(EmbeddingSharing.None, out var none);
        Gradient(EmbeddingSharing.Target, out var target);
        var shared = Gradient(EmbeddingSharing.All, out var all);
        Assert.Equal((none.Count, none.Count - 1, none.Count - 2), (none.Count, target.Count, all.Count));
        var both = none["target_embedding.weight"].Zip(none["output.weight"], (a, b) => a + b).ToArray();
        Close.To(both, target["target_embedding.weight"], 1e-12);
        Close.To(both.Zip(source, (a, b) => a + b).ToArray(), shared, 1e-12);
        Assert.False(target.ContainsKey("output.weight") || all.ContainsKey("target_embedding.weight"));
    }

    [Fact]
    public void Vocabularies_of_different_size_cannot_share_one_table() =>
        Assert.Equal(
            "Transformer: tables can be shared only over one vocabulary, not 13 and 14 tokens; use " +
            "EmbeddingSharing.Target.",
            Assert.Throws<ArgumentException>(() => new Transformer<float>(
                PostNorm with { TargetVocabulary = 14, Sharing = EmbeddingSharing.All }, new RandomStream(1))).Message);

    [Fact]
    public void Tokens_and_layout_must_agree()
    {
        using var tape = new Tape<double>();
        Assert.Equal(
            "Transformer: 3 tokens were given for the layout's 4 rows.",
            Assert.Throws<ShapeException>(() =>
                Random(false).Encode(tape, [1, 2, 3], SequenceLayout.Full(2, 2))).Message);
    }

    [Fact]
    public void Parameters_have_the_names_shapes_and_order_of_PyTorchs_Transformer()
    {
        var model = new Transformer<float>(
            PostNorm with { EncoderLayers = 1, DecoderLayers = 1, TargetVocabulary = 17,
                Sharing = EmbeddingSharing.None },
            new RandomStream(1));
        static string[] Attention(string name) =>
        [
            $"{name}.in_proj_weight [24, 8]", $"{name}.in_proj_bias [24]", $"{name}.out_proj.weight [8, 8]",
            $"{name}.out_proj.bias [8]",
        ];
        static string[] FeedForward(string layer) =>
        [
            $"{layer}.linear1.weight [19, 8]", $"{layer}.linear1.bias [19]", $"{layer}.linear2.weight [8, 19]",
            $"{layer}.linear2.bias [8]",
        ];
        static string[] Norm(string name) => [$"{name}.weight [8]", $"{name}.bias [8]"];
        Assert.Equal(
            [
                "source_embedding.weight [13, 8]", "target_embedding.weight [17, 8]", "output.weight [17, 8]",
                .. Attention("encoder.layers.0.self_attn"), .. FeedForward("encoder.layers.0"),
                .. Norm("encoder.layers.0.norm1"), .. Norm("encoder.layers.0.norm2"), .. Norm("encoder.norm"),
                .. Attention("decoder.layers.0.self_attn"), .. Attention("decoder.layers.0.multihead_attn"),
                .. FeedForward("decoder.layers.0"), .. Norm("decoder.layers.0.norm1"),
                .. Norm("decoder.layers.0.norm2"),
                .. Norm("decoder.layers.0.norm3"), .. Norm("decoder.norm"),
            ],
            LayerTests.Names(model));
    }

    [Fact]
    public void Layers_are_numbered_and_final_norms_can_be_left_out()
    {
        var names = LayerTests.Names(new Transformer<float>(
            PostNorm with { EncoderLayers = 3, FinalNorms = false }, new RandomStream(1))).ToArray();
        Assert.Contains("encoder.layers.2.norm2.bias [8]", names);
        Assert.DoesNotContain(names, name => name.StartsWith("encoder.norm") || name.StartsWith("decoder.norm"));
    }

    [Fact]
    public void The_same_seed_makes_the_same_model_and_another_seed_another()
    {
        double[] Weights(long seed) =>
            [.. new Transformer<double>(PostNorm, new RandomStream(seed)).Parameters.SelectMany(p =>
                p.Value.ToArray())];
        Assert.Equal(Weights(1), Weights(1));
        Assert.NotEqual(Weights(1), Weights(2));
    }

    [Fact]
    public void The_model_is_its_parts_in_the_papers_order()
    {
        var model = Random(false);
        using var tape = new Tape<double>(Mode.Inference);
        var p = model.NamedParameters.ToDictionary(named => named.Key, named => tape.Use(named.Value));
        var positions = tape.Constant([3, 8], new SinusoidalPositions<double>(8).Rows(3));
        int[] source = [3, 4, 5], target = [1, 6, 7];
        Tensor<double> Embed(string table, int[] tokens) => Op.Embedding(p[table], tokens) * Math.Sqrt(8) + positions;
        var layout = SequenceLayout.Full(1, 3);
        var memory = model.EncoderDecoder.Encode(Embed("source_embedding.weight", source), layout);
        Close.To(memory.ToArray(), model.Encode(tape, source, layout).ToArray(), 1e-14);
        var y = model.EncoderDecoder.Decode(
            Embed("target_embedding.weight", target), layout, memory, layout);
        Close.To(
            Op.MatMul(y, Op.Transpose(p["target_embedding.weight"])).ToArray(),
            model.Logits(model.Decode(tape, target, layout, memory, layout)).ToArray(), 1e-13);
    }

    private static Transformer<double> Random(bool normFirst)
    {
        var model = new Transformer<double>(normFirst ? PreNorm : PostNorm, new RandomStream(1));
        LayerSamples.Randomize(model);
        return model;
    }

    private static double[] Logits(Transformer<double> model, int[] source, int[] target) =>
        Batch(model, [source], [target], null, 0);

    /// <summary>The logits of the real rows; packed, or with additional rows of padding.</summary>
    private static double[] Batch(Transformer<double> model, int[][] sources, int[][] targets, int? padding, int filler)
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
