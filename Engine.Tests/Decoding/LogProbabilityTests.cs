using Engine.Decoding;
using Engine.Models;
using Engine.Text;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class LogProbabilityTests
{
    [Property(MaxTest = 10)]
    public void Each_token_has_the_networks_log_probability_with_every_decoder(Draw draw)
    {
        var vocabulary = draw.Flip() ? 7 : 300;
        var network = Network(draw, vocabulary);
        var sources = Sources(draw, vocabulary, most: 3);
        foreach (var options in Decoders(draw))
        {
            var found = Decode(network, sources, options with { RecordsLogProbabilities = true });
            for (var s = 0; s < sources.Length; s++)
            {
                foreach (var one in found[s])
                {
                    var ended = one.LogProbabilities!.Count > one.Tokens.Count;
                    Assert.Equal(one.Tokens.Count + (ended ? 1 : 0), one.LogProbabilities.Count);
                    Assert.True(ended || one.Tokens.Count == Longest);
                    int[] chosen = [.. one.Tokens, .. ended ? [Vocabulary.End] : Array.Empty<int>()];
                    for (var i = 0; i < chosen.Length; i++)
                    {
                        var expected = LogProbabilities(
                            network, sources[s], chosen.Take(i), options.RepetitionPenalty)[chosen[i]];
                        Assert.Equal(expected, one.LogProbabilities[i], 1e-4);
                    }
                    var penalty = options is BeamOptions beam ? beam.PenaltyOf(chosen.Length) : 1;
                    Assert.Equal(one.LogProbabilities.Sum() / penalty, one.Score, 1e-9);
                }
            }
        }
    }

    [Property(MaxTest = 10)]
    public void Log_probabilities_change_no_translation_and_are_absent_unless_asked_for(Draw draw)
    {
        var network = Network(draw, 9);
        var sources = Sources(draw, 9);
        foreach (var options in Decoders(draw))
        {
            var (plain, asked) = (
                Decode(network, sources, options),
                Decode(network, sources, options with { RecordsLogProbabilities = true }));
            Assert.Equal(Tokens(plain), Tokens(asked));
            Assert.All(plain.SelectMany(found => found), one => Assert.Null(one.LogProbabilities));
            if (options is GreedyOptions) Assert.All(plain, found => Assert.Equal(double.NaN, found[0].Score));
            else Assert.Equal(Scores(plain), Scores(asked));
        }
    }

    private const int Longest = 6;

    private static DecodingOptions[] Decoders(Draw draw) =>
    [
        WithRules(draw, new GreedyOptions()), WithRules(draw, new BeamOptions { Width = 3, NBest = 2 }),
        WithRules(draw, new SamplingOptions { NBest = 2, Temperature = 1.5 }),
        WithRules(draw, new SamplingOptions { TopK = 4, TopP = 0.9 }),
    ];

    private static Hypothesis[][] Decode(
        ITokenGenerator<float> network, int[][] sources, DecodingOptions options) => options switch
        {
            BeamOptions beam => Beam.Decode(network, sources, _ => Longest, beam),
            SamplingOptions sampling => Sampling.Decode(network, sources, _ => Longest, sampling),
            _ => [.. Greedy.Generate(network, sources, _ => Longest, (GreedyOptions)options)
                .Select(one => (Hypothesis[])[one])],
        };

    private static IEnumerable<string> Tokens(Hypothesis[][] found) =>
        found.SelectMany(ofSentence => ofSentence).Select(one => string.Join(' ', one.Tokens));

    private static IEnumerable<double> Scores(Hypothesis[][] found) =>
        found.SelectMany(ofSentence => ofSentence).Select(one => one.Score);
}
