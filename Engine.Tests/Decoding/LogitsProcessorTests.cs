using Engine.Decoding;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class LogitsProcessorTests
{
    [Fact]
    public void A_penalty_divides_positive_logits_and_multiplies_negative_ones_once()
    {
        var processor = new LogitsProcessor(new GreedyOptions { RepetitionPenalty = 2 });
        processor.Start(2, length: 3);
        processor.AddHistory(0, [4, 5, 4]);
        processor.AddHistory(1, [6, 9]);
        float[] block = [1, 1, 1, 1, 8, -8, 8, 1, 1, 1, 1, -8, 8, -8]; // [2, 7]
        processor.Penalize(block, 0, 7);
        Assert.Equal([1, 1, 1, 1, 4, -16, 8, 1, 1, 1, 1, -8, 8, -16], block);
        float[] next = [3, 3, 3, 3, 3, 3]; // [2, 3]
        processor.Penalize(next, 7, 3);
        Assert.Equal([3, 3, 3, 3, 3, 1.5f], next);
    }

    [Fact]
    public void Forbidden_tokens_get_the_logit_minus_infinity()
    {
        const float never = float.NegativeInfinity;
        var processor = new LogitsProcessor(new GreedyOptions { NoRepeatNgram = 2, MinimumLength = 5 });
        processor.Start(2, length: 4);
        processor.AddHistory(0, [4, 5, 6, 4]); // 4 was followed by 5
        processor.AddHistory(1, [5, 5, 5, 4]); // 4 was followed by nothing
        var block = new float[14]; // [2, 7]
        processor.Penalize(block, 0, 7);
        processor.Forbid(block, 0, 7);
        Assert.Equal([never, 0, never, never, 0, never, 0, never, 0, never, never, 0, 0, 0], block);
        processor.Start(1, length: 5);
        processor.AddHistory(0, [5]);
        block = new float[7];
        processor.Penalize(block, 0, 7);
        processor.Forbid(block, 0, 7);
        Assert.Equal([never, 0, never, 0, 0, 0, 0], block);
    }

    [Property(MaxTest = 6)]
    public void A_penalty_of_one_changes_nothing_and_no_forbidden_ngram_occurs_twice(Draw draw)
    {
        var network = Network(draw, 300);
        var sources = Sources(draw, 300);
        var n = draw.Integer(1, 3);
        DecodingOptions[] decoders =
        [
            new GreedyOptions { MinimumLength = 12 }, new BeamOptions { Width = 3, MinimumLength = 12 },
            new SamplingOptions { Temperature = 0.3, MinimumLength = 12 },
        ];
        foreach (var decoder in decoders)
        {
            Assert.Equal(Decode(decoder), Decode(decoder with { RepetitionPenalty = 1 }));
            foreach (var tokens in Decode(decoder with { NoRepeatNgram = n }))
            {
                var grams = Enumerable.Range(0, tokens.Length - n + 1)
                    .Select(i => string.Join(' ', tokens[i..(i + n)])).ToArray();
                Assert.Equal(grams.Length, grams.Distinct().Count());
            }
            var penalized = Decode(decoder with { RepetitionPenalty = 1e6 }); // as if every repetition were forbidden
            Assert.All(penalized, tokens => Assert.Equal(tokens.Length, tokens.Distinct().Count()));
        }

        int[][] Decode(DecodingOptions options) => options switch
        {
            GreedyOptions greedy => Greedy.Decode(network, sources, _ => 16, greedy),
            BeamOptions beam => [.. Beam.Decode(network, sources, _ => 16, beam).Select(Best)],
            var other => [.. Sampling.Decode(network, sources, _ => 16, (SamplingOptions)other).Select(Best)],
        };

        int[] Best(Hypothesis[] found) => [.. found[0].Tokens];
    }
}
