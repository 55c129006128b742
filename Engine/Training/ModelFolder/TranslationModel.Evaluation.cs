using System.Numerics.Tensors;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

// How likely given translations are.
public sealed partial class TranslationModel
{
    // The logits of a batch are held: 512 target tokens with 10,000 logits each take 20 MB.
    private const int LikelihoodTokens = 512;

    /// <summary>How likely translations are to the model, and how many of their tokens are its likeliest.</summary>
    /// <inheritdoc cref="ScoreReferences"/>
    /// <returns>The likelihood of all translations together.</returns>
    public ReferenceLikelihood LikelihoodOf(
        ParallelCorpus corpus, ThreadTeam? team = null, IProgress<WorkProgress>? progress = null) =>
        ReferenceLikelihood.Of(ScoreReferences(corpus, team, progress));

    /// <summary>How likely each of some translations is to the model.</summary>
    /// <remarks>
    /// A word that the target vocabulary lacks is the token for unknown words, and has its probability.
    /// </remarks>
    /// <param name="corpus">Sentences with their translations.</param>
    /// <param name="team">Threads that share the work; the result does not depend on them.</param>
    /// <param name="progress">Is told how many of the target tokens are done.</param>
    /// <returns>[pairs]: the score of each translation.</returns>
    /// <exception cref="InputException">
    /// A line has too many tokens, or the model's loss is no number.
    /// </exception>
    public IReadOnlyList<ReferenceScore> ScoreReferences(
        ParallelCorpus corpus, ThreadTeam? team = null, IProgress<WorkProgress>? progress = null)
    {
        var pairs = Encode(corpus);
        // Batches have pairs of similar length; this order of the pairs is theirs.
        int[] order = [.. Enumerable.Range(0, pairs.Count).OrderBy(i => pairs[i].Length)];
        var batches = Batching.InOrder([.. order.Select(i => pairs[i])], LikelihoodTokens).ToArray();
        var firsts = new int[batches.Length];
        for (var i = 1; i < firsts.Length; i++) firsts[i] = firsts[i - 1] + batches[i - 1].Size;
        var scores = new ReferenceScore[pairs.Count];
        using var counter = new ProgressCounter(
            progress, "reading the references", batches.Sum(batch => (long)batch.TargetTokens));
        Run(team, batches.Length, i =>
        {
            var found = ScoresOf(batches[i]);
            for (var pair = 0; pair < found.Length; pair++) scores[order[firsts[i] + pair]] = found[pair];
            counter.Add(batches[i].TargetTokens);
        });
        var loss = -scores.Sum(score => score.LogProbability);
        if (!double.IsFinite(loss))
            throw new InputException(FormattableString.Invariant(
                $"the loss of the references is {loss}: the model's weights are so large that sums overflow; ")
                + $"train again with a lower {OptionTable.InMessages(nameof(Configuration.LearningRate))}.");
        return scores;
    }

    /// <summary>The score of each pair of a batch.</summary>
    private ReferenceScore[] ScoresOf(Batch batch)
    {
        using var tape = new Tape<float>(Mode.Inference);
        var rows = Forward(tape, batch); // [target rows, dModel]
        var targets = batch.TargetOutput;
        var logProbabilities = new double[targets.Length];
        var isRight = new bool[targets.Length];
        for (var first = 0; first < targets.Length; first += LikelihoodTokens)
        {
            // A single long pair has more rows.
            using var part = new Tape<float>(Mode.Inference);
            var count = Math.Min(LikelihoodTokens, targets.Length - first);
            var dModel = rows.Shape[1];
            var x = part.Constant([count, dModel], rows.Data.Slice(first * dModel, count * dModel)); // [count, dModel]
            var logits = Network.Logits(x); // [count, vocabulary]
            var exponentials = new float[logits.Shape[1]];
            for (var row = 0; row < count; row++)
            {
                var ofRow = logits.Data.Slice(row * exponentials.Length, exponentials.Length);
                var (target, likeliest) = (targets[first + row], TensorPrimitives.IndexOfMax<float>(ofRow));
                TensorPrimitives.Subtract(ofRow, ofRow[likeliest], exponentials);
                TensorPrimitives.Exp<float>(exponentials, exponentials);
                logProbabilities[first + row] = (double)ofRow[target] - ofRow[likeliest]
                    - Math.Log(TensorPrimitives.Sum<float>(exponentials));
                isRight[first + row] = likeliest == target;
            }
        }
        var scores = new ReferenceScore[batch.Size];
        for (var pair = 0; pair < scores.Length; pair++)
        {
            var (start, length) = (batch.TargetLayout.Start(pair), batch.TargetLayout.Length(pair));
            scores[pair] = new ReferenceScore(
                logProbabilities.AsSpan(start, length).ToArray().Sum(), length,
                isRight.AsSpan(start, length).Count(true));
        }
        return scores;
    }
}
