using Engine.Decoding;
using Engine.Models;
using Engine.Text;
using static Engine.Tests.Decoding.DecodingCases;

namespace Engine.Tests.Decoding;

public class GreedyTests
{
    [Property(MaxTest = 25)]
    public void Caches_change_no_token(Draw draw)
    {
        var vocabulary = draw.Flip() ? 7 : 300; // below and above the block of logits that is read at a time
        var network = Network(draw, vocabulary);
        var sources = Sources(draw, vocabulary);
        var most = draw.Integer(1, 20);
        var options = draw.Flip() ? new GreedyOptions() : WithRules(draw, new GreedyOptions());
        var translations = Greedy.Decode(network, sources, length => most + length, options);
        for (var s = 0; s < sources.Length; s++)
            Assert.Equal(Uncached(network, sources[s], options, most + sources[s].Length), translations[s]);
    }

    [Property(MaxTest = 10)]
    public void Caches_change_logits_by_no_more_than_rounding(Draw draw)
    {
        const int vocabulary = 300;
        var network = Network(draw, vocabulary);
        var source = Sources(draw, vocabulary, most: 1)[0];
        using var tape = new Tape<float>(Mode.Inference);
        var layout = SequenceLayout.Full(1, source.Length);
        using var state = network.BeginDecoding(network.Encode(tape, source, layout), layout);
        var read = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            var token = i == 0 ? Vocabulary.Begin : draw.Integer(1, vocabulary - 1);
            if (i > 0) read.Add(token);
            using var step = new Tape<float>(Mode.Inference);
            var logits = state.Step(step, [token]).ToArray().Select(logit => (double)logit).ToArray();
            var whole = LogProbabilities(network, source, read);
            // Log-probabilities are the logits minus one number, which is the same for all tokens.
            Close.To([.. whole.Select(p => p - whole[0])], [.. logits.Select(logit => logit - logits[0])], 1e-5);
        }
    }

    [Property(MaxTest = 10)]
    public void A_batch_gives_what_each_of_its_sentences_gives_alone(Draw draw)
    {
        var network = Network(draw, 9);
        var sources = Sources(draw, 9, most: 20);
        Assert.Equal(
            sources.Select(source => Greedy.Decode(network, [source], _ => 12)[0]),
            Greedy.Decode(network, sources, _ => 12));
    }

    [Fact]
    public void No_sentences_have_no_translations() =>
        Assert.Empty(Greedy.Decode(Network(new Draw(1, 1), 7), [], _ => 5));

    [Fact]
    public void Logits_that_are_no_numbers_are_refused_by_every_decoder()
    {
        int[][] source = [[4, Vocabulary.End]];
        foreach (var value in (float[])[float.NaN, float.PositiveInfinity, 3e38f])
        {
            var network = Network(new Draw(1, 1), 7);
            // The row of one token alone: the logits of the others are numbers.
            foreach (ref var weight in network.NamedParameters.Single(named => named.Key == "target_embedding.weight")
                .Value.Update()[^8..]) weight = value;
            void Refused(Func<object> decode) => Assert.StartsWith(
                "Transformer: logits of the next token are NaN or infinite; ",
                Assert.Throws<NotFiniteNumberException>(decode).Message);
            Refused(() => Greedy.Decode(network, source, _ => 5));
            Refused(() => Beam.Decode(network, source, _ => 5, new BeamOptions()));
            foreach (var k in (int[])[0, 3])
                Refused(() => Sampling.Decode(network, source, _ => 5, new SamplingOptions { TopK = k, TopP = 0.9 }));
        }
    }

    [Fact]
    public void If_every_token_is_forbidden_a_translation_ends()
    {
        var network = Network(new Draw(1, 1), 7);
        Hypothesis[] found =
        [
            new(Greedy.Decode(
                network, [[4, Vocabulary.End]], _ => 9, new() { MinimumLength = 9, NoRepeatNgram = 1 })[0], 0),
            .. Beam.Decode(
                network, [[4, Vocabulary.End]], _ => 9, new BeamOptions { MinimumLength = 9, NoRepeatNgram = 1 })[0],
            .. Sampling.Decode(
                network, [[4, Vocabulary.End]], _ => 9,
                new SamplingOptions { MinimumLength = 9, NoRepeatNgram = 1 })[0],
        ];
        // Of seven tokens, padding, begin and end are forbidden, and no token may come twice.
        Assert.All(found, one => Assert.Equal([1, 4, 5, 6], one.Tokens.Order()));
    }

    private static int[] Uncached(Transformer<float> network, int[] source, GreedyOptions options, int maximum)
    {
        var translation = new List<int>();
        while (translation.Count < maximum)
        {
            var p = Allowed(network, source, translation, options);
            var token = double.IsNegativeInfinity(p.Max()) ? Vocabulary.End : Array.IndexOf(p, p.Max());
            if (token == Vocabulary.End) break;
            translation.Add(token);
        }
        return [.. translation];
    }
}
