using Engine.Decoding;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Interop;

/// <summary>What a comparison of a model with its exported graphs found.</summary>
/// <param name="Sentences">The sentences that were compared.</param>
/// <param name="Tokens">The tokens, ends included, that both chose.</param>
/// <param name="Excused">
/// Sentences of which some token differs, where the model's two largest logits lie within the tolerance; tokens after
/// it are not compared.
/// </param>
/// <param name="LargestDifference">
/// The largest difference of a logit, relative to the logit where the logit is above 1.
/// </param>
/// <param name="Translations">Different answers: a model that always says the same is no test.</param>
internal sealed record Comparison(
    int Sentences, int Tokens, int Excused, double LargestDifference, int Translations)
{
    private const int Batch = 50;

    /// <summary>Within what two logits count as one.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>Decodes greedily by the model and by the graphs, each with its own tokens.</summary>
    public static Comparison Of(TranslationModel model, string exported, IReadOnlyList<string> lines)
    {
        var sum = new Comparison(0, 0, 0, 0, 0);
        var seen = new HashSet<string>();
        using var run = new OnnxRun(exported);
        foreach (var chunk in lines.Chunk(Batch))
        {
            int[][] sources = [.. chunk.Select(line => (int[])[.. model.Source.Encode(line), Vocabulary.End])];
            var expected = Greedy.Decode(model.Network, sources, length => Longest(model, length));
            var found = Of(model, run, sources, expected);
            foreach (var ids in expected) seen.Add(model.Target.Decode(ids));
            sum = new(
                sum.Sentences + sources.Length, sum.Tokens + found.Tokens, sum.Excused + found.Excused,
                Math.Max(sum.LargestDifference, found.LargestDifference), seen.Count);
        }
        return sum;
    }

    /// <summary>Compares the logits of labels.</summary>
    public static Comparison Of(ClassificationModel model, string exported, IReadOnlyList<string> lines)
    {
        var (labels, excused, largest) = (new List<int>(), 0, 0.0);
        using var run = new OnnxRun(exported);
        foreach (var chunk in lines.Chunk(Batch))
        {
            int[][] sources = [.. chunk.Select(line => (int[])[.. model.Source.Encode(line), Vocabulary.End])];
            using var tape = new Tape<float>(Mode.Inference);
            var layout = SequenceLayout.Packed([.. sources.Select(ids => ids.Length)]);
            var ours = model.Network.Logits(tape, [.. sources.SelectMany(ids => ids)], layout).ToArray();
            var theirs = run.Classify(sources);
            largest = Math.Max(largest, Difference(ours, theirs));
            foreach (var (own, other) in ours.Chunk(model.TargetTokens).Zip(theirs.Chunk(model.TargetTokens)))
            {
                labels.Add(Best(own));
                if (Best(own) != Best(other)) excused += RequireClose(own[Best(own)], own[Best(other)]);
            }
        }
        return new(lines.Count, labels.Count, excused, largest, labels.Distinct().Count());
    }

    private static Comparison Of(TranslationModel model, OnnxRun run, int[][] sources, int[][] expected)
    {
        using var encoding = new Tape<float>(Mode.Inference);
        using var state = model.Network.BeginDecoding(encoding, sources);
        run.Begin(sources);
        var open = Array.ConvertAll(sources, _ => true);
        int[] own = Array.ConvertAll(sources, _ => Vocabulary.Begin), other = [.. own];
        var (tokens, excused, largest) = (0, 0, 0.0);
        for (var step = 0; open.Contains(true); step++)
        {
            using var tape = new Tape<float>(Mode.Inference);
            var vocabulary = model.TargetTokens;
            var ours = state.Step(tape, own).ToArray().Chunk(vocabulary).ToArray();
            var theirs = run.Step(other).Chunk(vocabulary).ToArray();
            for (var i = 0; i < sources.Length; i++)
            {
                (own[i], other[i]) = (Next(ours[i]), Next(theirs[i]));
                if (!open[i]) continue;
                largest = Math.Max(largest, Difference(ours[i], theirs[i]));
                tokens++;
                if (own[i] != other[i])
                {
                    excused += RequireClose(ours[i][own[i]], ours[i][other[i]]);
                    open[i] = false;
                    continue;
                }
                // The tokens come from the program's own decoder.
                Assert.Equal(step < expected[i].Length ? expected[i][step] : Vocabulary.End, own[i]);
                open[i] = own[i] != Vocabulary.End && step + 1 < Longest(model, sources[i].Length);
            }
        }
        return new(sources.Length, tokens, excused, largest, 0);
    }

    private static int Longest(TranslationModel model, int sourceLength) =>
        model.MaximumLength(new TranslationOptions(), sourceLength);

    /// <summary>The likeliest token; padding and the begin token are never chosen.</summary>
    private static int Next(float[] logits) =>
        Best([.. logits.Select((logit, id) => id is Vocabulary.Pad or Vocabulary.Begin ? float.MinValue : logit)]);

    private static int Best(float[] logits) => Array.IndexOf(logits, logits.Max());

    private static double Difference(IEnumerable<float> ours, IEnumerable<float> theirs) =>
        ours.Zip(theirs, (own, other) => Math.Abs((double)own - other) / Math.Max(1, Math.Abs(own))).Max();

    /// <summary>Asserts that the logits of two choices are nearly equal; 1.</summary>
    private static int RequireClose(float chosen, float other)
    {
        Assert.InRange(chosen - other, 0, Tolerance);
        return 1;
    }
}
