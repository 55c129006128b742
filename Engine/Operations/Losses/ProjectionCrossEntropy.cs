using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ProjectionCrossEntropyEntry = new(
        "ProjectionCrossEntropy",
        "loss = CrossEntropy(x W^T) / divisor, summed;  with D = (p - q) / divisor: dX = dLoss D W, dW = dLoss D^T x",
        random => ProjectionCases(random));

    /// <summary>
    /// The projection onto a vocabulary and the cross-entropy of its logits in one operation: the loss of translation
    /// models. It equals <c>CrossEntropy(Linear(x, weight), targets, ..., Reduction.Sum) / divisor</c>. Here a block of
    /// logits at a time is in the cache, where it is projected, exponentiated and multiplied back. Its twin is
    /// <see cref="VocabularyLossTwin"/>.
    /// </summary>
    /// <remarks>
    /// It is in five files: this one checks shapes and records, <see cref="VocabularyLoss{T}"/> has both passes and
    /// explains them, <see cref="VocabularyBlocks{T}"/> the blocks' places in memory,
    /// <see cref="Kernels.OnlineSoftmax{T}"/> the exponentials, <see cref="VocabularyLossTwin"/> the formula in loops.
    /// </remarks>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="weight">[n, dModel].</param>
    /// <param name="targets">A class for each row, in 0 .. n - 1, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">Rows with this target do not count.</param>
    /// <param name="labelSmoothing">How much of a target's probability is spread over all classes, in [0, 1).</param>
    /// <param name="divisor">The divisor of the summed losses: the number of targets, for the mean loss.</param>
    /// <returns>A single number, []. Saves x, dX and exp(logits).</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is not a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label smoothing is not in [0, 1).</exception>
    [KeepsCallerFrame]
    public static Tensor<T> ProjectionCrossEntropy<T>(
        Tensor<T> x, Tensor<T> weight, int[] targets, int ignoreIndex = -1, double labelSmoothing = 0,
        double divisor = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckProjection("ProjectionCrossEntropy", x.Shape, weight.Shape);
        CheckTargets("ProjectionCrossEntropy", [x.Shape[0], weight.Shape[0]], targets, ignoreIndex, labelSmoothing);
        var tape = Tape<T>.Of(ProjectionCrossEntropyEntry, x, weight);
        var passes = new VocabularyLoss<T>(tape, x, weight, targets, ignoreIndex, labelSmoothing, divisor);
        var loss = tape.Allocate([]);
        loss.Span[0] = T.CreateChecked(passes.Forward() / divisor);
        return tape.Record(ProjectionCrossEntropyEntry, loss, [x, weight], adjoints =>
        {
            var dLoss = adjoints.Of(loss)[0];
            if (adjoints.Wants(x)) passes.IntoX(dLoss, adjoints.Into(x));
            if (adjoints.Wants(weight)) passes.IntoWeight(dLoss, adjoints.Into(weight));
        });
    }

    private static void CheckProjection(string operation, Shape x, Shape weight)
    {
        if (x.Rank != 2 || weight.Rank != 2 || x[1] != weight[1])
            throw new ShapeException($"{operation}: x {x} and weight {weight} must be [rows, dModel] and " +
                "[classes, dModel]. Transpose the weight?");
    }

    private static IEnumerable<GradientCase> ProjectionCases(RandomStream random)
    {
        foreach (var (rows, dModel, classes, smoothing) in ((int, int, int, double)[])
            [(3, 4, 5, 0), (4, 3, 17, 0.1), (2, 9, 8, 0.2), (3, 2, 300, 0.1), (515, 2, 3, 0.1)])
        {
            var targets = Samples.Indices(random, rows, classes);
            targets[1] = 2;
            yield return GradientCase.Of(
                Samples.Normal(random, [rows, dModel]), Samples.Normal(random, [classes, dModel]),
                (x, weight) => ProjectionCrossEntropy(x, weight, targets, 2, smoothing, 3) * -1.5);
            yield return GradientCase.Of(
                Samples.Normal(random, [rows, dModel]), Samples.Normal(random, [classes, dModel]),
                (x, weight) => ProjectionCrossEntropy(x, weight, targets, 2, smoothing));
        }
    }
}
