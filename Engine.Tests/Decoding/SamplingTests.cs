using Engine.Decoding;
using Engine.Models;
using Engine.Text;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class SamplingTests
{
    [Property(MaxTest = 15)]
    public void Low_temperature_the_top_token_alone_and_a_tiny_nucleus_are_greedy(Draw draw)
    {
        var vocabulary = draw.Flip() ? 7 : 300;
        var network = Network(draw, vocabulary);
        var sources = Sources(draw, vocabulary);
        var greedy = WithRules(draw, new GreedyOptions());
        var expected = Greedy.Decode(network, sources, _ => 12, greedy);
        SamplingOptions[] sure =
        [
            new() { Temperature = 1e-6 }, new() { TopK = 1 }, new() { TopP = 1e-6 },
            new() { TopK = 3, Temperature = 1e-6 }, new() { TopK = 3, TopP = 1e-6, Temperature = 5 },
        ];
        foreach (var options in sure)
        {
            var sampled = Sampling.Decode(network, sources, _ => 12, options with
            {
                MinimumLength = greedy.MinimumLength, RepetitionPenalty = greedy.RepetitionPenalty,
                NoRepeatNgram = greedy.NoRepeatNgram, Seed = draw.Integer(1, 100),
            });
            Assert.Equal(expected, sampled.Select(samples => Assert.Single(samples).Tokens.ToArray()));
        }
    }

    [Property(MaxTest = 20)]
    public void Without_caches_the_same_tokens_are_drawn_with_the_networks_scores(Draw draw)
    {
        var vocabulary = draw.Flip() ? 9 : 300;
        var network = Network(draw, vocabulary);
        var sources = Sources(draw, vocabulary, most: 3);
        var options = WithRules(draw, Drawn(draw, vocabulary));
        var numbers = sources.Select(_ => draw.Integer(0, 1_000_000)).ToArray();
        var found = Sampling.Decode(network, sources, length => 3 + length, options, numbers);
        for (var s = 0; s < sources.Length; s++)
        {
            Assert.Equal(options.NBest, found[s].Length);
            for (var sample = 0; sample < options.NBest; sample++)
            {
                var random = new RandomStream(options.Seed).Fork(numbers[s]).Fork(sample);
                var (tokens, score) = Uncached(network, sources[s], 3 + sources[s].Length, options, random);
                Assert.Equal(tokens, found[s][sample].Tokens);
                Close.To([score], [found[s][sample].Score], 1e-5);
            }
        }
    }

    [Property(MaxTest = 8)]
    public void A_batch_gives_what_each_sentence_gives_alone_and_fewer_samples_are_the_first_of_more(Draw draw)
    {
        var network = Network(draw, 300);
        var sources = Sources(draw, 300, most: 9);
        var options = Drawn(draw, 300) with { NBest = 3 };
        var together = Sampling.Decode(network, sources, length => 4 + length, options);
        for (var s = 0; s < sources.Length; s++)
        {
            var alone = Sampling.Decode(
                network, [sources[s]], length => 4 + length, options with { NBest = 2 }, [s])[0];
            Assert.Equal(alone.Select(one => one.Tokens), together[s][..2].Select(one => one.Tokens));
            Assert.Equal(alone.Select(one => one.Score), together[s][..2].Select(one => one.Score));
        }
    }

    [Fact]
    public void Tokens_are_drawn_as_often_as_their_probabilities_say()
    {
        const int samples = 20_000;
        var draw = new Draw(7, 20);
        SamplingOptions[] ways =
        [
            new(), new() { Temperature = 0.6 }, new() { TopK = 4 }, new() { TopP = 0.7 },
            new() { Temperature = 1.7, TopK = 6, TopP = 0.8 },
        ];
        foreach (var vocabulary in (int[])[12, 300])
        {
            var network = Network(draw, vocabulary);
            int[] source = [5, 4, Vocabulary.End];
            var p = Allowed(network, source, [], new GreedyOptions());
            foreach (var options in ways)
            {
                var found = Sampling.Decode(network, [source], _ => 1, options with { NBest = samples })[0];
                var seen = new double[vocabulary];
                foreach (var sample in found) seen[sample.Tokens is [var token] ? token : Vocabulary.End]++;
                var (squares, freedom, rareSeen, rareExpected) = (0.0, -1, 0.0, 0.0);
                foreach (var (token, probability) in Distribution(p, options))
                {
                    var expected = probability * samples;
                    if (expected >= 5)
                    {
                        squares += Math.Pow(seen[token] - expected, 2) / expected;
                        freedom++;
                    }
                    else
                    {
                        rareSeen += seen[token];
                        rareExpected += expected;
                    }
                    seen[token] = 0;
                }
                Assert.All(seen, count => Assert.Equal(0, count)); // tokens that cannot be drawn
                Assert.InRange(rareSeen, rareExpected - (5 * Math.Sqrt(rareExpected)) - 1e-9,
                    rareExpected + (5 * Math.Sqrt(rareExpected)) + 1e-9);
                // Mean and variance of chi-square are the degrees of freedom and twice them.
                Assert.InRange(squares, 0, freedom + (4 * Math.Sqrt(2 * freedom)));
            }
        }
    }

    [Fact]
    public void Seed_sentence_sample_and_step_each_change_what_is_drawn()
    {
        var draw = new Draw(3, 20);
        var network = Network(draw, 300);
        foreach (var parameter in network.Parameters) parameter.Update().Clear(); // all tokens are equally likely
        int[][] source = [[5, Vocabulary.End]];
        string Text(long seed, int number, int sample = 0) => string.Join(' ', Sampling.Decode(
            network, source, _ => 30, new SamplingOptions { Seed = seed, NBest = 2, MinimumLength = 30 }, [number])
            [0][sample].Tokens);
        var texts = (string[])[Text(1, 0), Text(2, 0), Text(1, 1), Text(1, 0, 1)];
        Assert.Equal(4, texts.Distinct().Count());
        Assert.InRange(texts[0].Split(' ').Distinct().Count(), 20, 30);
        Assert.Equal(Text(1, 0), Text(1, 0));
    }

    [Fact]
    public void Of_equally_likely_tokens_the_lower_are_in_the_nucleus_and_among_the_top()
    {
        var network = Network(new Draw(3, 20), 10);
        foreach (var parameter in network.Parameters) parameter.Update().Clear();
        // 8 of 10 tokens are possible: unknown (1), end (3), 4, ..., 9.
        int[] Drawn(SamplingOptions options) =>
        [
            .. Sampling.Decode(network, [[5, Vocabulary.End]], _ => 1, options with { NBest = 400 })[0]
                .Select(one => one.Tokens is [var token] ? token : Vocabulary.End).Distinct().Order(),
        ];
        Assert.Equal([1, 3, 4], Drawn(new SamplingOptions { TopP = 0.375 })); // reached by 3 of 8
        Assert.Equal([1, 3, 4, 5], Drawn(new SamplingOptions { TopP = 0.376 }));
        Assert.Equal([1, 3], Drawn(new SamplingOptions { TopK = 2 }));
        Assert.Equal([1], Drawn(new SamplingOptions { TopK = 2, TopP = 0.5 })); // each has a half
    }

    [Fact]
    public void No_sentences_have_no_translations() =>
        Assert.Empty(Sampling.Decode(Network(new Draw(1, 1), 7), [], _ => 5, new SamplingOptions()));

    [Fact]
    public void Options_outside_their_ranges_are_refused()
    {
        var network = Network(new Draw(1, 1), 7);
        void Refused(string expected, SamplingOptions options) =>
            Assert.StartsWith(expected, Assert.Throws<ArgumentOutOfRangeException>(
                () => Sampling.Decode(network, [[3]], _ => 5, options)).Message);
        foreach (var temperature in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            Refused(
                "Sampling: the temperature must be a number of at least 0.000001; decode greedily in place of 0.",
                new SamplingOptions { Temperature = temperature });
        Refused("Sampling: top-k must be at least 1 token; 0 draws from all.", new SamplingOptions { TopK = -1 });
        foreach (var p in (double[])[0, 1.1, double.NaN])
            Refused("Sampling: top-p must be above 0 and at most 1.", new SamplingOptions { TopP = p });
        Refused("Sampling: at least 1 translation must be drawn.", new SamplingOptions { NBest = 0 });
        Refused("Sampling: the minimum length must be at least 0.", new SamplingOptions { MinimumLength = -1 });
        foreach (var penalty in (double[])[0, -1, double.NaN, double.PositiveInfinity])
            Refused(
                "Sampling: the repetition penalty must be a number above 0.",
                new SamplingOptions { RepetitionPenalty = penalty });
        Refused(
            "Sampling: n-grams that do not repeat have at least 1 token; 0 allows all.",
            new SamplingOptions { NoRepeatNgram = -1 });
        Assert.StartsWith(
            "Sampling: the sentence numbers are 2 and the sentences 1; give each sentence a number.",
            Assert.Throws<ArgumentException>(
                () => Sampling.Decode(network, [[3]], _ => 5, new SamplingOptions(), [1, 2])).Message);
    }

    private static SamplingOptions Drawn(Draw draw, int vocabulary) => new()
    {
        Temperature = draw.Integer(0, 2) switch { 0 => 1, 1 => 0.5, _ => 2 },
        TopK = draw.Flip() ? 0 : draw.Integer(1, vocabulary + 5),
        TopP = draw.Flip() ? 1 : draw.Integer(1, 9) / 10.0,
        Seed = draw.Integer(0, 1000), NBest = draw.Integer(1, 3),
    };

    /// <summary>The probabilities that tokens are drawn with, by the definitions: all tokens are sorted.</summary>
    private static (int Token, double Probability)[] Distribution(double[] p, SamplingOptions options)
    {
        var possible = p.Index().Where(one => !double.IsNegativeInfinity(one.Item));
        if (options.TopK > 0)
            possible = possible.OrderByDescending(one => one.Item).ThenBy(one => one.Index).Take(options.TopK);
        var all = Normalized(possible.Select(one => (one.Index, Math.Exp(one.Item / options.Temperature))));
        if (options.TopP == 1) return all;
        var sorted = all.OrderByDescending(one => one.Probability).ThenBy(one => one.Token).ToArray();
        var size = Enumerable.Range(1, sorted.Length).First(
            n => n == sorted.Length || sorted[..n].Sum(one => one.Probability) >= options.TopP);
        return Normalized(sorted[..size].Select(one => (one.Token, one.Probability)));
    }

    private static (int Token, double Probability)[] Normalized(IEnumerable<(int Token, double Weight)> weights)
    {
        var sum = weights.Sum(one => one.Weight);
        return [.. weights.Select(one => (one.Token, one.Weight / sum))];
    }

    private static (int[] Tokens, double Score) Uncached(
        Transformer<float> network, int[] source, int maximum, SamplingOptions options, RandomStream random)
    {
        var (generated, score) = (new List<int>(), 0.0);
        while (generated.Count < maximum)
        {
            var p = Allowed(network, source, generated, options);
            if (double.IsNegativeInfinity(p.Max())) break;
            var (uniform, sum) = (random.Fork(generated.Count).NextUniform(), 0.0);
            var token = Distribution(p, options).First(one => (sum += one.Probability) > uniform).Token;
            score += p[token];
            if (token == Vocabulary.End) break;
            generated.Add(token);
        }
        return ([.. generated], score);
    }
}
