using Engine.Decoding;
using Engine.Models;
using Engine.Text;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class PrefixTests
{
    [Property(MaxTest = 15)]
    public void Translations_begin_with_the_prefix_and_go_on_as_the_decoder_does(Draw draw)
    {
        const int vocabulary = 9, longest = 8;
        var network = Network(draw, vocabulary);
        var sources = Sources(draw, vocabulary, most: 3);
        int[][] prefixes = [.. sources.Select(_ => (int[])
            [.. Enumerable.Range(0, draw.Integer(0, 3)).Select(_ => Word(draw, vocabulary))])];
        var greedy = WithRules(draw, new GreedyOptions { Prefixes = prefixes, RecordsLogProbabilities = true });
        var found = Greedy.Generate(network, sources, _ => longest, greedy);
        var beam = Beam.Decode(network, sources, _ => longest, WithRules(draw, new BeamOptions
        {
            Width = 3, NBest = 3, Prefixes = prefixes, RecordsLogProbabilities = true,
        }));
        var drawn = Sampling.Decode(network, sources, _ => longest, WithRules(draw, new SamplingOptions
        {
            NBest = 3, TopK = draw.Integer(0, 2), TopP = 0.5, Prefixes = prefixes,
        }));
        for (var s = 0; s < sources.Length; s++)
        {
            foreach (var one in beam[s].Concat(drawn[s]).Append(found[s]))
                Assert.Equal(prefixes[s], one.Tokens.Take(prefixes[s].Length));
            Assert.Equal(Continued(network, sources[s], prefixes[s], greedy, longest), found[s].Tokens);
            // A forced token has its own probability, also where a rule forbids the token.
            for (var i = 0; i < prefixes[s].Length; i++)
            {
                var expected = LogProbabilities(
                    network, sources[s], prefixes[s].Take(i), greedy.RepetitionPenalty)[prefixes[s][i]];
                Assert.Equal(expected, found[s].LogProbabilities![i], 1e-4);
            }
        }
    }

    [Fact]
    public void Beams_differ_after_the_prefix_and_empty_prefixes_force_nothing()
    {
        var network = Network(new Draw(3, 3), 9);
        int[][] sources = [[4, 5, 6, Vocabulary.End], [7, 8, Vocabulary.End]];
        var plain = new BeamOptions { Width = 3, NBest = 3, MinimumLength = 3 };
        var none = Beam.Decode(network, sources, _ => 8, plain);
        var some = Beam.Decode(network, sources, _ => 8, plain with { Prefixes = [[5, 5], []] });
        Assert.Equal(3, some[0].Select(one => string.Join(' ', one.Tokens)).Distinct().Count());
        Assert.All(some[0], one => Assert.Equal([5, 5], one.Tokens.Take(2)));
        Assert.Equal(none[1].Select(one => one.Tokens), some[1].Select(one => one.Tokens));
        Assert.Equal(none[1].Select(one => one.Score), some[1].Select(one => one.Score));
    }

    [Fact]
    public void Ids_that_are_no_text_are_refused()
    {
        var mistake = Assert.Throws<ArgumentOutOfRangeException>(() => Greedy.Decode(
            Network(new Draw(1, 1), 7), [[4, Vocabulary.End]], _ => 5,
            new GreedyOptions { Prefixes = [[4, Vocabulary.End]] }));
        Assert.StartsWith("Greedy: prefixes have the ids of text, without padding, begin and end.", mistake.Message);
    }

    private static int Word(Draw draw, int vocabulary) =>
        draw.Flip() ? Vocabulary.Unknown : draw.Integer(Vocabulary.End + 1, vocabulary - 1);

    /// <summary>The prefix and the likeliest tokens after it, without a cache.</summary>
    private static List<int> Continued(
        Transformer<float> network, int[] source, int[] prefix, DecodingOptions options, int longest)
    {
        var tokens = prefix.ToList();
        while (tokens.Count < longest)
        {
            var p = Allowed(network, source, tokens, options);
            var best = Array.IndexOf(p, p.Max());
            if (double.IsNegativeInfinity(p[best]) || best == Vocabulary.End) break;
            tokens.Add(best);
        }
        return tokens;
    }
}
