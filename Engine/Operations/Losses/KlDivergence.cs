using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry KlDivergenceEntry = new(
        "KlDivergence",
        "loss = sum_j p_j (ln p_j - ln q_j), mean or sum over the rows;  dLnQ = -dLoss p, " +
        "dP = dLoss (ln p + 1 - ln q), by the rows for the mean, 0 where p = 0",
        random => KlDivergenceCases(random));

    /// <summary>
    /// Kullback-Leibler divergence KL(p || q) = Σ p (ln p - ln q) of predicted distributions q from the targets p, one
    /// for each row of the last dimension (Kullback and Leibler 1951). As in PyTorch, the prediction comes first, as
    /// logarithms (<see cref="LogSoftmax"/> gives them), and the target second, as probabilities.
    /// </summary>
    /// <param name="logProbabilities">ln q, [..., n].</param>
    /// <param name="targets">p, at least 0, the same shape. Where p is 0, the term and its derivatives are 0 for any q.
    /// The targets get a gradient too, if they are no constant.</param>
    /// <param name="reduction">Mean over the rows (PyTorch calls it batchmean), or sum.</param>
    /// <returns>A single number, []. Saves both inputs.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have no dimension.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> KlDivergence<T>(
        Tensor<T> logProbabilities, Tensor<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (logProbabilities.Shape != targets.Shape)
            throw new ShapeException($"KlDivergence: log-probabilities {logProbabilities.Shape} and targets " +
                $"{targets.Shape} must have one shape. Reshape one?");
        var columns = targets.Shape[targets.Shape.Dimension("KlDivergence", -1)];
        var tape = Tape<T>.Of(KlDivergenceEntry, logProbabilities, targets);
        var scale = reduction == Reduction.Mean ? T.One / T.CreateChecked(targets.Count / columns) : T.One;
        var loss = tape.Allocate([]);
        loss.Span[0] = scale * SumOf(
            tape, default(KlTerm<T>), logProbabilities.Ordered(tape), targets.Ordered(tape));
        return tape.Record(KlDivergenceEntry, loss, [logProbabilities, targets], adjoints =>
        {
            var factor = adjoints.Of(loss)[0] * scale;
            if (adjoints.Wants(logProbabilities))
            {
                var dLogQ = adjoints.Into(logProbabilities);
                Elementwise.Map(
                    default(Multiply<T>), targets.Ordered(tape), -factor, dLogQ.Span, dLogQ.Accumulate);
            }
            if (!adjoints.Wants(targets)) return;
            var dP = adjoints.Into(targets);
            Elementwise.Map(
                new KlGradientOfTarget<T>(factor), logProbabilities.Ordered(tape), targets.Ordered(tape), dP.Span,
                dP.Accumulate);
        });
    }

    private static IEnumerable<GradientCase> KlDivergenceCases(RandomStream random)
    {
        foreach (var (shape, reduction) in ((Shape, Reduction)[])
            [([9], Reduction.Mean), ([3, 17], Reduction.Mean), ([2, 3, 4], Reduction.Sum), ([5, 1], Reduction.Mean)])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Positive(random, shape),
                (logQ, p) => KlDivergence(logQ, p, reduction) * -1.5);
        }
        yield return GradientCase.Of(
            Samples.Normal(random, [3, 5]), x => KlDivergence(LogSoftmax(x), Softmax(x * -0.5)))
            with { Description = "[3, 5], softmax of its negative half" };
    }
}
