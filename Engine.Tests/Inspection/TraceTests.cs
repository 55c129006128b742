using Engine.Decoding;
using Engine.Inspection;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Inspection;

public class TraceTests
{
    private static readonly TranslationOptions
        Greedy = new(), Beam = new() { Decoder = new BeamOptions { Width = 3, NBest = 3, LengthPenalty = 0.6 } },
        Sample = new() { Decoder = new SamplingOptions { NBest = 2, Temperature = 1.5, Seed = 4 } };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var folder in (string[])["transformer", "gru", "bpe"])
            {
                foreach (var decoder in (string[])["greedy", "beam", "sample"]) cases.Add(folder, decoder);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_trace_has_the_translations_that_nobody_watched(string folder, string decoder)
    {
        var model = RecordTests.Fixture(folder);
        foreach (var (source, _) in RecordTests.Lines)
        {
            var expected = model.Translate([source], Of(decoder))[0];
            var trace = DecodingTracer.Trace(model, source, Of(decoder));
            Assert.Equal(decoder, trace.Decoder);
            Assert.Equal(expected.Select(one => one.Text), trace.Translations.Select(one => one.Text));
            Assert.Equal(expected.Select(one => one.Score), trace.Translations.Select(one => one.Score));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Computing_whole_sentences_again_decodes_the_same(string folder, string decoder)
    {
        var model = RecordTests.Fixture(folder);
        foreach (var (source, _) in RecordTests.Lines.Take(4))
        {
            var ids = (int[])[.. model.Source.Encode(source), Vocabulary.End];
            var again = Of(decoder).Decoder with { Observer = new Again() };
            var watched = model.Decode(ids, Of(decoder) with { Decoder = again });
            var usual = model.Decode(ids, Of(decoder));
            Assert.Equal(usual.Select(one => one.Tokens), watched.Select(one => one.Tokens));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Candidates_have_the_probabilities_of_the_logits(string folder, string decoder)
    {
        var trace = DecodingTracer.Trace(RecordTests.Fixture(folder), RecordTests.Lines[0].Source, Of(decoder));
        foreach (var row in trace.Steps.SelectMany(step => step.Rows))
        {
            var sum = Math.Log(row.Logits.Sum(logit => Math.Exp(logit)));
            Assert.All(row.Candidates, candidate =>
                Assert.Equal(row.Logits[candidate.Id] - sum, candidate.LogProbability, 1e-3));
            Assert.Equal(
                row.Candidates.OrderByDescending(candidate => candidate.LogProbability).Select(one => one.Id),
                row.Candidates.Select(one => one.Id));
            Assert.Equal(row.Likeliest[0].Logit, row.Logits.Max());
        }
    }

    [Fact]
    public void A_beam_is_a_tree_of_kept_pruned_and_finished_candidates()
    {
        var trace = DecodingTracer.Trace(RecordTests.Fixture("transformer"), RecordTests.Lines[0].Source, Beam);
        var parents = new Dictionary<int, (int Parent, TracedCandidate Candidate)>();
        var open = new HashSet<int> { 0 };
        foreach (var step in trace.Steps)
        {
            Assert.Equal(open, step.Rows.Select(row => row.Node).ToHashSet());
            open.Clear();
            foreach (var row in step.Rows)
            {
                Assert.Equal(step.Number, row.Tokens.Count);
                foreach (var candidate in row.Candidates)
                {
                    Assert.Equal(candidate.Fate == "pruned", candidate.Node == -1);
                    Assert.Equal(candidate.Fate == "finished", candidate.Score is not null);
                    if (candidate.Node > 0) parents.Add(candidate.Node, (row.Node, candidate));
                    if (candidate.Fate == "kept") open.Add(candidate.Node);
                }
            }
            Assert.True(open.Count <= 3);
        }
        // The best translation is the path to the finished candidate with the best score.
        var best = parents.Where(pair => pair.Value.Candidate.Fate == "finished")
            .MaxBy(pair => pair.Value.Candidate.Score).Key;
        Assert.Equal(trace.Translations[0].Score, parents[best].Candidate.Score!.Value, 1e-9);
        var path = new List<int>();
        for (var node = best; node != 0; node = parents[node].Parent) path.Insert(0, parents[node].Candidate.Id);
        Assert.Equal(trace.Translations[0].Tokens.Select(token => token.Id), path.Where(id => id != Vocabulary.End));
        var (_, last) = parents[best];
        var penalty = new BeamOptions { LengthPenalty = 0.6 }.PenaltyOf(path.Count);
        Assert.Equal(last.Total / penalty, last.Score!.Value, 1e-9);
    }

    [Fact]
    public void A_step_tells_what_penalties_changed()
    {
        var trace = DecodingTracer.Trace(
            RecordTests.Fixture("transformer"), RecordTests.Lines[0].Source,
            new TranslationOptions { Decoder = new GreedyOptions { MinimumLength = 2, RepetitionPenalty = 2 } });
        var first = trace.Steps[0].Rows.Single();
        Assert.Equal(
            [Vocabulary.Pad, Vocabulary.Begin, Vocabulary.End], first.Changed.Select(changed => changed.Id).Order());
        Assert.All(first.Changed, changed => Assert.Equal(float.NegativeInfinity, changed.After));
        var second = trace.Steps[1].Rows.Single();
        var repeated = Assert.Single(second.Changed, changed => changed.Id == second.Tokens[0].Id);
        Assert.Equal(repeated.Before > 0 ? repeated.Before / 2 : repeated.Before * 2, repeated.After);
    }

    [Fact]
    public void A_step_tells_where_its_row_looked()
    {
        var model = RecordTests.Fixture("transformer");
        var (source, _) = RecordTests.Lines[0];
        var trace = DecodingTracer.Trace(model, source);
        var pass = PassRecorder.Record(model, source);
        foreach (var step in trace.Steps)
        {
            foreach (var attention in step.Rows.Single().Attention)
            {
                var whole = Assert.Single(pass.Attention, weights => weights.Path == attention.Path);
                for (var head = 0; head < whole.Heads; head++)
                {
                    for (var key = 0; key < attention.Weights[head].Count; key++)
                        Assert.Equal(whole[head, step.Number, key], attention.Weights[head][key], 1e-5);
                }
            }
            Assert.Contains(step.Rows.Single().Attention, attention => attention.Kind == "cross");
        }
    }

    [Fact]
    public void Each_step_is_told_as_it_happens()
    {
        var told = new List<TracedStep>();
        var trace = DecodingTracer.Trace(
            RecordTests.Fixture("gru"), RecordTests.Lines[0].Source, Beam, stepped: told.Add);
        Assert.Equal(trace.Steps, told);
        Assert.Equal(Enumerable.Range(0, told.Count), told.Select(step => step.Number));
    }

    private static TranslationOptions Of(string decoder) => decoder switch
    {
        "beam" => Beam,
        "sample" => Sample,
        _ => Greedy,
    };

    private sealed class Again : DecodingObserver
    {
        public override bool Recomputes => true;

        public override void Stepped(DecodingStep step)
        {
        }
    }
}
