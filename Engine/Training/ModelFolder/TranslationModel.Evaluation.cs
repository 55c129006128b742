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
    /// <param name="corpus">Sentences with their translations.</param>
    /// <param name="team">Threads that share the work; the result does not depend on them.</param>
    /// <param name="progress">Is told how many of the target tokens are done.</param>
    /// <exception cref="InputException">
    /// A line has too many tokens, or the model's loss is no number.
    /// </exception>
    public ReferenceLikelihood LikelihoodOf(
        ParallelCorpus corpus, ThreadTeam? team = null, IProgress<WorkProgress>? progress = null)
    {
        var batches = Batching.InOrder(Encode(corpus), LikelihoodTokens).ToArray();
        var losses = new double[batches.Length];
        var right = new long[batches.Length];
        var tokens = batches.Sum(batch => (long)batch.TargetTokens);
        using var counter = new ProgressCounter(progress, "reading the references", tokens);
        Run(team, batches.Length, i =>
        {
            (losses[i], right[i]) = Likelihood(batches[i]);
            counter.Add(batches[i].TargetTokens);
        });
        if (!double.IsFinite(losses.Sum()))
            throw new InputException(FormattableString.Invariant(
                $"the loss of the references is {losses.Sum()}: the model's weights are so large that sums overflow; ")
                + $"train again with a lower {OptionTable.InMessages(nameof(Configuration.LearningRate))}.");
        return new ReferenceLikelihood(losses.Sum() / tokens, (double)right.Sum() / tokens, tokens);
    }

    /// <summary>A batch's summed loss, and how many target tokens are the likeliest of their row.</summary>
    private (double Loss, long Right) Likelihood(Batch batch)
    {
        using var tape = new Tape<float>(Mode.Inference);
        var rows = Forward(tape, batch); // [target rows, dModel]
        var targets = batch.TargetOutput;
        var right = 0L;
        for (var first = 0; first < targets.Length; first += LikelihoodTokens)
        {
            // A single long pair has more rows.
            using var part = new Tape<float>(Mode.Inference);
            var count = Math.Min(LikelihoodTokens, targets.Length - first);
            var dModel = rows.Shape[1];
            var x = part.Constant([count, dModel], rows.Data.Slice(first * dModel, count * dModel)); // [count, dModel]
            right += Right(Network.Logits(x), targets.AsSpan(first, count));
        }
        return (Network.Loss(rows, targets).Item(), right);
    }

    /// <summary>How many targets are the likeliest token of their row.</summary>
    /// <param name="logits">[targets, target vocabulary].</param>
    /// <param name="targets">The target of each row.</param>
    private static long Right(Tensor<float> logits, ReadOnlySpan<int> targets)
    {
        var (right, vocabulary) = (0L, logits.Shape[1]);
        for (var row = 0; row < targets.Length; row++)
        {
            if (TensorPrimitives.IndexOfMax(logits.Data.Slice(row * vocabulary, vocabulary)) == targets[row]) right++;
        }
        return right;
    }
}
