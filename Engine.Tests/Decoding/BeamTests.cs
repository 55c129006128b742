using Engine.Decoding;
using Engine.Models;
using Engine.Text;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class BeamTests
{
    [Property(MaxTest = 25)]
    public void A_beam_of_one_is_greedy(Draw draw)
    {
        var vocabulary = draw.Flip() ? 7 : 300;
        var network = Network(draw, vocabulary);
        var sources = Sources(draw, vocabulary);
        var most = draw.Integer(1, 20);
        var greedy = WithRules(draw, new GreedyOptions());
        var options = new BeamOptions
        {
            Width = 1, LengthPenalty = draw.Integer(0, 2) / 2.0, MinimumLength = greedy.MinimumLength,
            RepetitionPenalty = greedy.RepetitionPenalty, NoRepeatNgram = greedy.NoRepeatNgram,
        };
        Assert.Equal(
            Greedy.Decode(network, sources, length => most + length, greedy),
            Beam.Decode(network, sources, length => most + length, options)
                .Select(best => Assert.Single(best).Tokens.ToArray()));
    }

    [Property]
    public void A_beam_wide_enough_finds_what_an_exhaustive_search_finds(Draw draw)
    {
        const int vocabulary = 6; // a translation can hold two words, the unknown word and the end
        var network = Network(draw, vocabulary);
        var source = Sources(draw, vocabulary, most: 1)[0];
        var maximum = draw.Integer(1, 4);
        var options = new BeamOptions
        {
            Width = 200, LengthPenalty = Math.Pow(draw.Integer(0, 4), 2) / 2, NBest = draw.Integer(1, 6),
            EarlyStopping = draw.Flip() ? EarlyStopping.Width : EarlyStopping.Never,
        };
        options = WithRules(draw, options);
        var all = new List<Hypothesis>();
        Enumerate(network, source, [], 0, maximum, options, all);
        var expected = all.OrderByDescending(hypothesis => hypothesis.Score).Take(options.NBest).ToArray();
        var found = Beam.Decode(network, [source], _ => maximum, options)[0];
        Assert.Equal(expected.Select(e => e.Tokens), found.Select(f => f.Tokens));
        Close.To(expected.Select(e => e.Score).ToArray(), found.Select(f => f.Score).ToArray(), 1e-5);
    }

    [Property(MaxTest = 8)]
    public void A_batch_gives_what_each_of_its_sentences_gives_alone_to_the_last_bit(Draw draw)
    {
        var network = Network(draw, 300);
        var sources = Sources(draw, 300, most: 12);
        var options = new BeamOptions { Width = draw.Integer(2, 5), NBest = 2 };
        var together = Beam.Decode(network, sources, length => 4 + length, options);
        for (var s = 0; s < sources.Length; s++)
            AssertSame(Beam.Decode(network, [sources[s]], length => 4 + length, options)[0], together[s]);
    }

    [Property(MaxTest = 15)]
    public void Scores_are_the_networks_log_probabilities_with_the_length_penalty(Draw draw)
    {
        var network = Network(draw, 9);
        var source = Sources(draw, 9, most: 1)[0];
        var options = new BeamOptions { Width = 4, NBest = 4, LengthPenalty = 0.8, MinimumLength = 1 };
        const int maximum = 8;
        var found = Beam.Decode(network, [source], _ => maximum, options)[0];
        Assert.Equal(found.OrderByDescending(hypothesis => hypothesis.Score), found);
        Assert.Equal(found.Length, found.Select(f => string.Join(' ', f.Tokens)).Distinct().Count());
        foreach (var (tokens, score) in found)
        {
            Assert.InRange(tokens.Count, options.MinimumLength, maximum);
            int[] generated = tokens.Count < maximum ? [.. tokens, Vocabulary.End] : [.. tokens];
            var logProbability = generated.Index().Sum(
                token => LogProbabilities(network, source, generated[..token.Index])[token.Item]);
            Close.To([logProbability / Math.Pow((5 + generated.Length) / 6.0, 0.8)], [score], 1e-5);
        }
    }

    [Fact]
    public void A_search_continues_while_a_longer_translation_can_still_be_the_best()
    {
        var sentence = EndOrContinue(new BeamOptions { Width = 4, LengthPenalty = 4 });
        Assert.True(sentence.IsDone);
        Assert.Equal([4, 4, 4], sentence.Best()[0].Tokens);
    }

    [Fact]
    public void Stopping_by_width_can_miss_a_better_translation_that_never_stopping_early_finds()
    {
        var options = new BeamOptions { Width = 1, LengthPenalty = 4 };
        Assert.Empty(EndOrContinue(options).Best()[0].Tokens);
        Assert.Equal([4, 4, 4], EndOrContinue(options with { EarlyStopping = EarlyStopping.Never }).Best()[0].Tokens);
    }

    [Property(MaxTest = 10)]
    public void A_search_that_never_stops_early_finds_no_lower_score(Draw draw)
    {
        var network = Network(draw, 9);
        var sources = Sources(draw, 9);
        var options = new BeamOptions { Width = draw.Integer(1, 4), LengthPenalty = draw.Integer(0, 4) };
        var early = Beam.Decode(network, sources, _ => 12, options);
        var late = Beam.Decode(network, sources, _ => 12, options with { EarlyStopping = EarlyStopping.Never });
        foreach (var (one, other) in early.Zip(late)) Assert.True(other[0].Score >= one[0].Score);
    }

    /// <summary>
    /// A search whose first step makes the end token likelier than a word, and whose later steps make the word certain.
    /// </summary>
    private static BeamSentence EndOrContinue(BeamOptions options)
    {
        var sentence = new BeamSentence(options, 0, maximumLength: 3);
        var processor = new LogitsProcessor(options);
        var top = new TopTokens(options.Width + 1, normalizes: true, processor);
        for (var i = 0; i < 3 && !sentence.IsDone; i++)
        {
            var (end, word) = i == 0 ? (1, 0.9f) : (-100, 1);
            processor.Start(1, i);
            top.Start(1);
            top.Read([-100, float.NegativeInfinity, -100, end, word], 0, 5); // only the end and the word are possible
            sentence.Advance(top, 0, [], []);
        }
        return sentence;
    }

    [Fact]
    public void No_sentences_have_no_translations() =>
        Assert.Empty(Beam.Decode(Network(new Draw(1, 1), 7), [], _ => 5, new BeamOptions()));

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        var network = Network(new Draw(1, 1), 7);
        void Refused(string expected, BeamOptions options) =>
            Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(
                () => Beam.Decode(network, [[3]], _ => 5, options)).Message);
        Refused("Beam: the width must be at least 1.", new BeamOptions { Width = 0 });
        Refused(
            "Beam: the length penalty must be a number of at least 0.", new BeamOptions { LengthPenalty = -1 });
        Refused(
            "Beam: the length penalty must be a number of at least 0.",
            new BeamOptions { LengthPenalty = double.NaN });
        Refused("Beam: 1 to 4 translations can be asked for; widen the beam?", new BeamOptions { NBest = 5 });
        Refused("Beam: 1 to 4 translations can be asked for; widen the beam?", new BeamOptions { NBest = 0 });
        Refused("Beam: the minimum length must be at least 0.", new BeamOptions { MinimumLength = -1 });
    }

    private static void AssertSame(Hypothesis[] expected, Hypothesis[] actual)
    {
        Assert.Equal(expected.Select(e => e.Tokens), actual.Select(a => a.Tokens));
        Assert.Equal(expected.Select(e => e.Score), actual.Select(a => a.Score));
    }

    /// <summary>Adds every possible translation with its score.</summary>
    private static void Enumerate(
        Transformer<float> network, int[] source, int[] beginning, double logProbability, int maximum,
        BeamOptions options, List<Hypothesis> all)
    {
        var p = Allowed(network, source, beginning, options);
        var penalty = Math.Pow((5.0 + beginning.Length + 1) / 6, options.LengthPenalty);
        for (var token = 0; token < p.Length; token++)
        {
            if (double.IsNegativeInfinity(p[token])) continue;
            var sum = logProbability + p[token];
            int[] longer = [.. beginning, token];
            if (token == Vocabulary.End)
            {
                all.Add(new Hypothesis(beginning, sum / penalty));
            }
            else if (longer.Length == maximum) all.Add(new Hypothesis(longer, sum / penalty));
            else Enumerate(network, source, longer, sum, maximum, options, all);
        }
    }
}
