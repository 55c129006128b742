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
            var logits = network.Step(step, [token], state).ToArray().Select(logit => (double)logit).ToArray();
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
    public void A_network_that_has_diverged_gives_empty_translations()
    {
        var network = Network(new Draw(1, 1), 7);
        foreach (var parameter in network.Parameters) parameter.Update().Fill(float.NaN);
        Assert.Empty(Greedy.Decode(network, [[4, Vocabulary.End]], _ => 5)[0]);
        Assert.Empty(Beam.Decode(network, [[4, Vocabulary.End]], _ => 5, new BeamOptions())[0][0].Tokens);
        foreach (var k in (int[])[0, 3])
        {
            var sampling = new SamplingOptions { TopK = k, TopP = 0.9 };
            Assert.Empty(Sampling.Decode(network, [[4, Vocabulary.End]], _ => 5, sampling)[0][0].Tokens);
        }
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
