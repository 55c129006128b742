using System.Numerics;
using Engine.Kernels;

namespace Engine.Operations;

public static partial class Op
{
    internal static readonly Operation ProjectionCrossEntropyEntry = new(
        "ProjectionCrossEntropy",
        "loss = CrossEntropy(x W^T) / divisor, summed;  with D = (p - q) / divisor: dX = dLoss D W, dW = dLoss D^T x",
        random => ProjectionCases(random));

    /// <summary>
    /// The projection onto a vocabulary and its cross-entropy in one. The logits are the largest matrix of a
    /// translation model by far: here they are replaced, in place, by what the way back needs of them, and are not
    /// copied again. Its twin is <c>CrossEntropy(Linear(x, weight), targets, ..., Reduction.Sum) / divisor</c>.
    /// </summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="weight">[n, dModel].</param>
    /// <param name="targets">A class for each row, in 0 .. n - 1, or <paramref name="ignoreIndex"/>.</param>
    /// <param name="ignoreIndex">Rows with this target do not count.</param>
    /// <param name="labelSmoothing">How much of a target's probability is spread over all classes, in [0, 1).</param>
    /// <param name="divisor">What the summed losses are divided by: the number of targets, for their mean.</param>
    /// <returns>A single number, []. Saves x and D.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is not a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label smoothing is not in [0, 1).</exception>
    public static Tensor<T> ProjectionCrossEntropy<T>(
        Tensor<T> x, Tensor<T> weight, int[] targets, int ignoreIndex = -1, double labelSmoothing = 0,
        double divisor = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape.Rank != 2 || weight.Shape.Rank != 2 || x.Shape[1] != weight.Shape[1])
            throw new ShapeException($"ProjectionCrossEntropy: x {x.Shape} and weight {weight.Shape} must be " +
                "[rows, dModel] and [classes, dModel]. Transpose the weight?");
        var (rows, dModel, classes) = (x.Shape[0], x.Shape[1], weight.Shape[0]);
        CheckTargets("ProjectionCrossEntropy", [rows, classes], targets, ignoreIndex, labelSmoothing);
        var tape = Tape<T>.Of(ProjectionCrossEntropyEntry, x, weight);
        var projection = new WeightRows<T>(weight, 0, classes);
        var difference = tape.Allocate([rows, classes]); // logits first, then D
        projection.Apply(tape, new MatrixView<T>(x.Ordered(tape), rows, dModel), difference.Span);
        var total = CrossEntropyKernel.Forward(
            difference.Data, targets, ignoreIndex, labelSmoothing, difference.Span, 1 / divisor);
        var loss = tape.Allocate([]);
        loss.Span[0] = T.CreateChecked(total / divisor);
        return tape.Record(ProjectionCrossEntropyEntry, loss, [x, weight], adjoints =>
        {
            var d = difference.Data;
            var dLoss = adjoints.Of(loss)[0];
            // The loss is nearly always the end of the graph, and its gradient 1.
            var scaled = dLoss == T.One ? null : adjoints.Borrow(d.Length);
            if (scaled is not null)
            {
                Elementwise.Map(default(Multiply<T>), d, dLoss, scaled.Span[..d.Length]);
                d = scaled.Span[..d.Length];
            }
            var view = new MatrixView<T>(d, rows, classes);
            if (adjoints.Wants(x)) projection.ApplyBackward(tape, view, adjoints.Into(x));
            if (adjoints.Wants(weight))
                projection.AddGradient(view, new MatrixView<T>(x.Ordered(tape), rows, dModel), adjoints.Into(weight));
            if (scaled is not null) adjoints.Release(scaled);
        });
    }

    private static IEnumerable<GradientCase> ProjectionCases(RandomStream random)
    {
        foreach (var (rows, dModel, classes, smoothing) in ((int, int, int, double)[])
            [(3, 4, 5, 0), (4, 3, 17, 0.1), (2, 9, 8, 0.2)])
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
