using Engine.Decoding;
using Engine.Models;
using Engine.Text;

namespace Engine.Tests.Decoding;

/// <summary>The probabilities that a decoder tells its observer, computed by hand.</summary>
public class ObservedProbabilityTests
{
    [Theory]
    [InlineData("greedy")]
    [InlineData("beam")]
    [InlineData("sample")]
    public void A_token_that_is_penalized_and_forbidden_counts_with_its_penalized_logit(string decoder)
    {
        // Padding, unknown, begin, end and two words.
        var network = new SameLogits([0, 0, 0, 1, 9, 3]);
        var seen = new Steps();
        var found = Decode(network, decoder, new GreedyOptions
        {
            NoRepeatNgram = 1, RepetitionPenalty = 3, Observer = seen, RecordsLogProbabilities = true,
        });
        Assert.Equal(4, found.Tokens[0]);
        // In the second step word 4 is forbidden, and its logit is 9 / 3: as large as the logit of word 5.
        var expected = 3 - Math.Log((3 * Math.Exp(0)) + Math.Exp(1) + (2 * Math.Exp(3)));
        Assert.Equal(-0.82623, expected, 1e-5);
        Assert.Equal(expected, found.LogProbabilities![1], 1e-6);
        var row = seen.All[1].Rows.Single(row => row.Tokens is [4]);
        Assert.Equal(expected, row.Candidates.Single(candidate => candidate.Token == 5).LogProbability, 1e-6);
        Assert.DoesNotContain(row.Candidates, candidate => candidate.Token == 4);
        Assert.Equal((9, float.NegativeInfinity), (row.Logits[4], row.Processed[4]));
    }

    private static Hypothesis Decode(SameLogits network, string decoder, GreedyOptions rules) => decoder switch
    {
        "greedy" => Greedy.Generate(network, [[Vocabulary.End]], _ => 2, rules)[0],
        "beam" => Beam.Decode(network, [[Vocabulary.End]], _ => 2, new BeamOptions
        {
            Width = 2, NoRepeatNgram = rules.NoRepeatNgram, RepetitionPenalty = rules.RepetitionPenalty,
            Observer = rules.Observer, RecordsLogProbabilities = true,
        })[0][0],
        _ => Sampling.Decode(network, [[Vocabulary.End]], _ => 2, new SamplingOptions
        {
            TopK = 1, NoRepeatNgram = rules.NoRepeatNgram, RepetitionPenalty = rules.RepetitionPenalty,
            Observer = rules.Observer, RecordsLogProbabilities = true,
        })[0][0],
    };

    private sealed class Steps : DecodingObserver
    {
        public List<DecodingStep> All { get; } = [];

        public override void Stepped(DecodingStep step) => All.Add(step);
    }

    /// <summary>Gives the same logits in every step.</summary>
    private sealed class SameLogits(float[] logits) : ITokenGenerator<float>
    {
        public int VocabularySize => logits.Length;

        public DecodingState<float> BeginDecoding(
            Tape<float> tape, IReadOnlyList<int[]> sources, int hypotheses = 1) => new State(logits);

        private sealed class State(float[] logits) : DecodingState<float>
        {
            public override void Select(ReadOnlySpan<int> kept)
            {
            }

            protected override Tensor<float> Logits(Tape<float> tape, int[] tokens) => tape.Constant(
                [tokens.Length, logits.Length], [.. tokens.SelectMany(_ => logits)]);
        }
    }
}
