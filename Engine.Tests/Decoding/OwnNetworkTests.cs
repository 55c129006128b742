using Engine.Decoding;
using Engine.Layers;
using Engine.Models;
using Engine.Text;

namespace Engine.Tests.Decoding;

/// <summary>Networks of a user's own write by greedy decoding, beam search and sampling.</summary>
public class OwnNetworkTests
{
    private const int Words = 6, Longest = 4;

    [Property(MaxTest = 10)]
    public void A_beam_of_one_is_greedy_for_a_language_model_without_a_source(Draw draw)
    {
        var model = new LanguageModel(draw.Flip() ? Words : 300, draw.Random);
        int[][] none = [[], []];
        var greedy = Greedy.Decode(model, none, _ => 9);
        Assert.Equal(greedy[0], greedy[1]);
        Assert.Equal(
            greedy,
            Beam.Decode(model, none, _ => 9, new BeamOptions { Width = 1 })
                .Select(found => Assert.Single(found).Tokens.ToArray()));
        Assert.Equal(
            greedy,
            Sampling.Decode(model, none, _ => 9, new SamplingOptions { TopK = 1 })
                .Select(found => Assert.Single(found).Tokens.ToArray()));
    }

    [Property(MaxTest = 10)]
    public void A_wide_beam_finds_the_best_of_all_sentences_of_a_language_model(Draw draw)
    {
        var model = new LanguageModel(Words, draw.Random);
        var all = new List<(string Tokens, double Score)>();
        Enumerate(model, [], 0, all);
        var best = all.OrderByDescending(one => one.Score).Take(5).ToArray();
        var options = new BeamOptions
        {
            Width = 300, NBest = 5, LengthPenalty = 0, EarlyStopping = EarlyStopping.Never,
        };
        var found = Beam.Decode(model, [[]], _ => Longest, options)[0];
        Assert.Equal(best.Select(one => one.Tokens), found.Select(one => string.Join(' ', one.Tokens)));
        Close.To([.. best.Select(one => one.Score)], [.. found.Select(one => one.Score)], 1e-5);
    }

    [Fact]
    public void Samples_come_as_often_as_the_language_model_says()
    {
        var model = new LanguageModel(Words, new RandomStream(5));
        var p = LogProbabilities(model, []);
        var found = Sampling.Decode(model, [[]], _ => 1, new SamplingOptions { NBest = 2_000 })[0];
        foreach (var token in (int[])[Vocabulary.Unknown, 4, 5])
        {
            var allowed = 1 - Math.Exp(p[Vocabulary.Pad]) - Math.Exp(p[Vocabulary.Begin]);
            Assert.Equal(
                Math.Exp(p[token]) / allowed, found.Count(one => one.Tokens is [var first] && first == token) / 2_000.0,
                0.04);
        }
    }

    // The same network, once as Engine's own and once through nothing but the public interface.
    [Property(MaxTest = 5)]
    public void A_translator_behind_the_interface_gives_what_it_gives_itself_to_the_last_bit(Draw draw)
    {
        var network = DecodingCases.Network(draw, 300);
        var wrapped = new Wrapped(network);
        var sources = DecodingCases.Sources(draw, 300);
        Assert.Equal(Greedy.Decode(network, sources, _ => 9), Greedy.Decode(wrapped, sources, _ => 9));
        var beam = new BeamOptions { Width = 3, NBest = 3 };
        Assert.Equal(
            Beam.Decode(network, sources, _ => 9, beam).SelectMany(found => found.Select(Text)),
            Beam.Decode(wrapped, sources, _ => 9, beam).SelectMany(found => found.Select(Text)));
        var sampling = new SamplingOptions { NBest = 2, TopP = 0.9 };
        Assert.Equal(
            Sampling.Decode(network, sources, _ => 9, sampling).SelectMany(found => found.Select(Text)),
            Sampling.Decode(wrapped, sources, _ => 9, sampling).SelectMany(found => found.Select(Text)));

        static string Text(Hypothesis found) => $"{string.Join(' ', found.Tokens)} {found.Score:R}";
    }

    [Fact]
    public void What_an_own_network_does_wrong_is_named()
    {
        var model = new LanguageModel(Words, new RandomStream(1));
        Assert.Equal(
            "State: source positions need attention weights, which translation networks alone show; leave "
            + "DecodingOptions.Aligns out.",
            Assert.Throws<NotSupportedException>(
                () => Beam.Decode(model, [[]], _ => 3, new BeamOptions { Aligns = true })).Message);
        model.Claimed = 7;
        Assert.Equal(
            "State: a step of 1 sequences over 7 tokens must give logits [1, 7], not [1, 6].",
            Assert.Throws<ShapeException>(() => Greedy.Decode(model, [[]], _ => 3)).Message);
        model.Claimed = Words;
        model.Parameters[0].Update().Fill(float.NaN);
        Assert.StartsWith(
            "State: logits of the next token are NaN or infinite",
            Assert.Throws<NotFiniteNumberException>(() => Greedy.Decode(model, [[]], _ => 3)).Message);
    }

    private static double[] LogProbabilities(LanguageModel model, int[] beginning)
    {
        using var tape = new Tape<float>(Mode.Inference);
        int[] read = [Vocabulary.Begin, .. beginning];
        var logits = Op.LogSoftmax(model.Logits(tape, read, SequenceLayout.Full(1, read.Length)));
        return [.. logits.ToArray()[^Words..].Select(logit => (double)logit)];
    }

    private static void Enumerate(LanguageModel model, int[] beginning, double score, List<(string, double)> all)
    {
        var p = LogProbabilities(model, beginning);
        for (var token = Vocabulary.Unknown; token < Words; token++)
        {
            if (token == Vocabulary.Begin) continue;
            int[] longer = token == Vocabulary.End ? beginning : [.. beginning, token];
            if (token == Vocabulary.End || longer.Length == Longest)
                all.Add((string.Join(' ', longer), score + p[token]));
            else Enumerate(model, longer, score + p[token], all);
        }
    }

    /// <summary>A recurrent language model; the parameters are so large that sentences differ.</summary>
    private sealed class LanguageModel : Module<float>, ITokenGenerator<float>
    {
        private readonly Embedding<float> embedding;
        private readonly Gru<float> gru;
        private readonly Linear<float> output;

        public LanguageModel(int vocabulary, RandomStream random)
        {
            Claimed = vocabulary;
            embedding = Add("embedding", new Embedding<float>(vocabulary, 8, random));
            gru = Add("gru", new Gru<float>(8, 8, random));
            output = Add("output", new Linear<float>(8, vocabulary, random));
            foreach (var parameter in Parameters)
                foreach (ref var value in parameter.Update()) value *= 3;
        }

        public int Claimed { get; set; }

        public int VocabularySize => Claimed;

        public Tensor<float> Logits(Tape<float> tape, int[] tokens, SequenceLayout layout) =>
            output.Forward(gru.Forward(embedding.Forward(tape, tokens), layout)); // [rows, vocabulary]

        public DecodingState<float> BeginDecoding(
            Tape<float> tape, IReadOnlyList<int[]> sources, int hypotheses = 1) => new State(this, sources.Count);

        private sealed class State(LanguageModel model, int sequences) : DecodingState<float>
        {
            private Tensor<float> h = Tensor<float>.Zeros([sequences, model.gru.StateWidth]);

            public override void Select(ReadOnlySpan<int> kept)
            {
                using var tape = new Tape<float>(Mode.Inference);
                h = Op.Embedding(tape.Constant(h), kept.ToArray()).Copy(); // the rows of the kept sequences
            }

            protected override Tensor<float> Logits(Tape<float> tape, int[] tokens)
            {
                var (y, after) = model.gru.Step(model.embedding.Forward(tape, tokens), tape.Constant(h));
                h = after.Copy(); // the tape ends with the step
                return model.output.Forward(y); // [sequences, vocabulary]
            }
        }
    }

    private sealed class Wrapped(Transformer<float> network) : ITokenGenerator<float>
    {
        public int VocabularySize => network.Configuration.TargetVocabulary;

        public DecodingState<float> BeginDecoding(
            Tape<float> tape, IReadOnlyList<int[]> sources, int hypotheses = 1) =>
            new State(network.BeginDecoding(tape, sources, hypotheses));

        private sealed class State(DecodingState<float> state) : DecodingState<float>
        {
            public override void Select(ReadOnlySpan<int> kept) => state.Select(kept);

            public override void Dispose()
            {
                state.Dispose();
                base.Dispose();
            }

            protected override Tensor<float> Logits(Tape<float> tape, int[] tokens) => state.Step(tape, tokens);
        }
    }
}
