using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry NegativeLogLikelihoodEntry = new(
        "NegativeLogLikelihood",
        "loss = -ln p_target, mean or sum over the rows kept;  dLnP = -dLoss [j = target], by the rows kept for the " +
        "mean, 0 in ignored rows",
        random => NegativeLogLikelihoodCases(random));

    /// <summary>
    /// Negative log-likelihood of each row's target. After <see cref="LogSoftmax"/> it is <see cref="CrossEntropy"/>,
    /// which takes logits and is faster.
    /// </summary>
    /// <param name="logProbabilities">ln p, [rows, n].</param>
    /// <param name="targets">A class for each row, in 0 .. n - 1, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">Rows with this target do not count.</param>
    /// <param name="reduction">Mean over the rows that are kept, or sum.</param>
    /// <returns>A single number, []; the mean over no rows is 0. Saves the targets.</returns>
    /// <exception cref="ShapeException">The log-probabilities are not a matrix with a row for each target, or a target
    /// is not a class.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> NegativeLogLikelihood<T>(
        Tensor<T> logProbabilities, int[] targets, int ignoreIndex = -1, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kept = CheckTargets(
            "NegativeLogLikelihood", logProbabilities.Shape, targets, ignoreIndex, labelSmoothing: 0,
            "log-probabilities");
        var tape = Tape<T>.Of(NegativeLogLikelihoodEntry, logProbabilities);
        var columns = logProbabilities.Shape[1];
        var scale = reduction == Reduction.Mean ? 1.0 / Math.Max(kept, 1) : 1.0;
        var values = logProbabilities.Ordered(tape);
        var total = 0.0;
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] != ignoreIndex) total -= double.CreateChecked(values[(row * columns) + targets[row]]);
        }
        var loss = tape.Allocate([]);
        loss.Span[0] = T.CreateChecked(total * scale);
        return tape.Record(NegativeLogLikelihoodEntry, loss, [logProbabilities], adjoints =>
        {
            var dLogP = adjoints.Into(logProbabilities).Zeroed();
            var share = adjoints.Of(loss)[0] * T.CreateChecked(scale);
            for (var row = 0; row < targets.Length; row++)
            {
                if (targets[row] != ignoreIndex) dLogP[(row * columns) + targets[row]] -= share;
            }
        });
    }

    private static IEnumerable<GradientCase> NegativeLogLikelihoodCases(RandomStream random)
    {
        foreach (var (rows, classes, reduction) in ((int, int, Reduction)[])
            [(3, 4, Reduction.Mean), (5, 9, Reduction.Mean), (4, 17, Reduction.Sum)])
        {
            var targets = Samples.Indices(random, rows, classes);
            (targets[0], targets[1]) = (1, 2);
            yield return GradientCase.Of(
                Samples.Normal(random, [rows, classes]),
                x => NegativeLogLikelihood(x, targets, 1, reduction) * -1.5);
        }
    }
}
