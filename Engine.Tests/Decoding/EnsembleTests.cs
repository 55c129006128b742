using Engine.Decoding;
using Engine.Models;
using Engine.Text;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class EnsembleTests
{
    private const int Words = 9, Longest = 7;

    [Property(MaxTest = 10)]
    public void A_network_with_itself_translates_as_it_does_alone(Draw draw)
    {
        var network = Network(draw, Words);
        var sources = Sources(draw, Words);
        var both = new EnsembleGenerator([network, network, network], [sources, sources]);
        foreach (var options in Decoders)
        {
            var (alone, together) = (Decode(network, sources, options), Decode(both, sources, options));
            Assert.Equal(alone.Select(one => one.Tokens), together.Select(one => one.Tokens));
            foreach (var (a, b) in alone.Zip(together))
            {
                Assert.Equal(a.Score, b.Score, 1e-4);
                Assert.Equal(a.SourcePositions, b.SourcePositions);
            }
        }
    }

    [Property(MaxTest = 10)]
    public void The_probability_of_a_token_is_the_mean_of_the_probabilities(Draw draw)
    {
        var (one, other) = (Network(draw, Words), Network(draw, Words));
        var (sources, sourcesOfOther) = (Sources(draw, Words), new List<int[]>());
        foreach (var _ in sources) sourcesOfOther.Add([draw.Integer(4, Words - 1), Vocabulary.End]);
        var both = new EnsembleGenerator([one, other], [sourcesOfOther]);
        var found = Decode(both, sources, Decoders[0]);
        for (var s = 0; s < sources.Length; s++)
        {
            var tokens = found[s].Tokens;
            int[] chosen = found[s].LogProbabilities!.Count > tokens.Count ? [.. tokens, Vocabulary.End] : [.. tokens];
            for (var i = 0; i < chosen.Length; i++)
            {
                var (p, q) = (
                    LogProbabilities(one, sources[s], chosen.Take(i)),
                    LogProbabilities(other, sourcesOfOther[s], chosen.Take(i)));
                var mean = p.Zip(q, (a, b) => Math.Log((Math.Exp(a) + Math.Exp(b)) / 2)).ToArray();
                mean[Vocabulary.Pad] = mean[Vocabulary.Begin] = double.NegativeInfinity;
                Assert.Equal(mean[chosen[i]], found[s].LogProbabilities![i], 1e-4);
                Assert.Equal(mean.Max(), mean[chosen[i]], 1e-5); // the likeliest of the mean
            }
        }
    }

    [Fact]
    public void Networks_that_are_sure_of_different_tokens_give_finite_scores()
    {
        var (one, other) = (Network(new Draw(1, 1), Words), Network(new Draw(2, 2), Words));
        foreach (var network in (TranslationNetwork<float>[])[one, other])
        {
            foreach (var (name, parameter) in network.NamedParameters)
            {
                if (name is not ("output.weight" or "target_embedding.weight")) continue;
                foreach (ref var weight in parameter.Update()) weight *= 1000; // probabilities below 1e-38
            }
        }
        int[][] sources = [[4, 5, Vocabulary.End]];
        var found = Decode(new EnsembleGenerator([one, other], [sources]), sources, Decoders[0])[0];
        Assert.All(found.LogProbabilities!, p => Assert.InRange(p, -0.7, 0)); // log 1/2 or more
    }

    private static readonly DecodingOptions[] Decoders =
    [
        new GreedyOptions { RecordsLogProbabilities = true, Aligns = true },
        new BeamOptions { Width = 3, NoRepeatNgram = 2 }, new SamplingOptions { TopK = 3, MinimumLength = 2 },
    ];

    private static Hypothesis[] Decode(ITokenGenerator<float> network, int[][] sources, DecodingOptions options) =>
        options switch
        {
            BeamOptions beam => [.. Beam.Decode(network, sources, _ => Longest, beam).Select(found => found[0])],
            SamplingOptions sampling =>
                [.. Sampling.Decode(network, sources, _ => Longest, sampling).Select(found => found[0])],
            _ => Greedy.Generate(network, sources, _ => Longest, (GreedyOptions)options),
        };
}
