using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry CrossEntropyEntry = new(
        "CrossEntropy",
        "loss = -sum_j q_j ln p_j, p = softmax(x), q = (1 - e) [j = target] + e / n, mean or sum over the rows kept; " +
        " dX = dLoss (p - q), by the rows kept for the mean, 0 in ignored rows",
        random => CrossEntropyCases(random));

    /// <summary>
    /// Cross-entropy of the softmax of each row of logits with its target, smoothed by e over all n classes, the
    /// ignored class included (Szegedy et al. 2016; section 5.4 of the Transformer's paper). Its twin is
    /// <see cref="CrossEntropyTwin"/>. Translation models use <see cref="ProjectionCrossEntropy"/>, which computes the
    /// logits too.
    /// </summary>
    /// <param name="logits">[rows, n].</param>
    /// <param name="targets">A class for each row, in 0 .. n - 1, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">Rows with this target do not count.</param>
    /// <param name="labelSmoothing">e, in [0, 1).</param>
    /// <param name="reduction">Mean over the rows that are kept, or sum.</param>
    /// <returns>A single number, []; the mean over no rows is 0. Saves p - q.</returns>
    /// <exception cref="ShapeException">The logits are not a matrix with a row for each target, or a target is not a
    /// class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label smoothing is not in [0, 1).</exception>
    [KeepsCallerFrame]
    public static Tensor<T> CrossEntropy<T>(
        Tensor<T> logits, int[] targets, int ignoreIndex = -1, double labelSmoothing = 0,
        Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kept = CheckTargets("CrossEntropy", logits.Shape, targets, ignoreIndex, labelSmoothing);
        var tape = Tape<T>.Of(CrossEntropyEntry, logits);
        var difference = tape.Allocate(logits.Shape);
        var total = CrossEntropyKernel.Forward(
            logits.Ordered(tape), targets, ignoreIndex, labelSmoothing, difference.Span);
        var scale = reduction == Reduction.Mean ? 1.0 / Math.Max(kept, 1) : 1.0;
        var loss = tape.Allocate([]);
        loss.Span[0] = T.CreateChecked(total * scale);
        return tape.Record(CrossEntropyEntry, loss, [logits], adjoints =>
        {
            var dX = adjoints.Into(logits);
            var factor = adjoints.Of(loss)[0] * T.CreateChecked(scale);
            Elementwise.Map(default(Multiply<T>), difference.Data, factor, dX.Span, dX.Accumulate);
        });
    }

    /// <summary>Checks the targets; gives the number of targets that are kept.</summary>
    private static int CheckTargets(
        string operation, Shape logits, int[] targets, int ignoreIndex, double labelSmoothing,
        string name = "logits")
    {
        if (!(labelSmoothing >= 0 && labelSmoothing < 1))
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, $"{operation}: the label smoothing must be in [0, 1).");
        if (logits.Rank != 2 || logits[0] != targets.Length)
            throw new ShapeException($"{operation}: {targets.Length} targets need {name} of " +
                $"[{targets.Length}, classes], not {logits}.");
        var kept = 0;
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] == ignoreIndex) continue;
            if ((uint)targets[i] >= (uint)logits[1])
                throw new ShapeException($"{operation}: target {targets[i]} of row {i} is not a class of {logits}; " +
                    $"it must be in 0 to {logits[1] - 1}, or {ignoreIndex} to be ignored.");
            kept++;
        }
        return kept;
    }

    private static IEnumerable<GradientCase> CrossEntropyCases(RandomStream random)
    {
        foreach (var (rows, classes, smoothing, reduction) in ((int, int, double, Reduction)[])
            [
                (3, 4, 0, Reduction.Mean), (2, 9, 0.1, Reduction.Mean), (4, 17, 0.1, Reduction.Sum),
                (5, 8, 0.3, Reduction.Mean),
            ])
        {
            var targets = Samples.Indices(random, rows, classes);
            targets[0] = 1;
            yield return GradientCase.Of(
                Samples.Normal(random, [rows, classes]), x => CrossEntropy(x, targets, 1, smoothing, reduction));
        }
    }
}
