using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    // The logits of 64 rows of both passes stay in the cache, and 64 rows are enough for a fast product.
    private const int RDropRows = 64;

    internal static readonly CatalogueEntry ProjectionRDropEntry = new(
        "ProjectionRDrop",
        "loss = (CrossEntropy(z) + a SymmetricKl(z_1, z_2)) / divisor, summed, z = x W^T, z_1 and z_2 its upper and " +
        "lower half;  with D the derivative by z: dX = dLoss D W, dW = dLoss D^T x",
        random => ProjectionRDropCases(random));

    /// <summary>
    /// The projection of two forward passes onto a vocabulary and R-Drop's loss in one operation (Liang et al. 2021,
    /// arXiv 2106.14448): the cross-entropy of both passes, plus alpha times the divergence between their predictions.
    /// It equals <see cref="CrossEntropy"/> of <see cref="Linear"/> plus alpha times <see cref="SymmetricKl"/> of the
    /// two halves. Here the logits of 64 rows at a time are in the cache, and their derivatives overwrite them. Its
    /// twin is <see cref="VocabularyLossTwin"/>.
    /// </summary>
    /// <remarks>
    /// It is in three files: this one, <see cref="RDropKernel"/>, which has the loss and the derivative of a pair of
    /// rows, and <see cref="VocabularyLossTwin"/>, which has the formula in loops.
    /// </remarks>
    /// <param name="x">The rows of both passes, the first pass above the second, [2 rows, dModel]. The logits must be
    /// finite.</param>
    /// <param name="weight">[n, dModel].</param>
    /// <param name="targets">A class for each row of a pass, in 0 .. n - 1.</param>
    /// <param name="alpha">The weight of the divergence.</param>
    /// <param name="labelSmoothing">How much of a target's probability is spread over all classes, in [0, 1).</param>
    /// <param name="divisor">The divisor of the summed losses.</param>
    /// <returns>A single number, []. Saves x, dX and D.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a target is not a class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The label smoothing is not in [0, 1).</exception>
    [KeepsCallerFrame]
    public static Tensor<T> ProjectionRDrop<T>(
        Tensor<T> x, Tensor<T> weight, int[] targets, double alpha, double labelSmoothing = 0, double divisor = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckProjection("ProjectionRDrop", x.Shape, weight.Shape);
        var (rows, dModel, classes) = (targets.Length, x.Shape[1], weight.Shape[0]);
        if (x.Shape[0] != 2 * rows)
            throw new ShapeException($"ProjectionRDrop: {rows} targets need x of [{2 * rows}, dModel], a row for " +
                $"each in either pass, not {x.Shape}.");
        CheckTargets("ProjectionRDrop", [rows, classes], targets, -1, labelSmoothing);
        var tape = Tape<T>.Of(ProjectionRDropEntry, x, weight);
        var words = new WeightRows<T>(weight, 0, classes);
        var (d, dX) = (tape.Allocate([2 * rows, classes]), tape.Allocate(x.Shape)); // d holds the logits first
        var scratch = tape.Borrow(classes);
        var total = 0.0;
        for (var row = 0; row < rows; row += RDropRows)
        {
            var count = Math.Min(RDropRows, rows - row);
            Project(row, count);
            Project(rows + row, count);
            total += RDropKernel.Replace(
                Logits(row, count), Logits(rows + row, count), scratch.Span[..classes], targets.AsSpan(row, count),
                labelSmoothing, alpha, 1 / divisor);
            ProjectBack(row, count);
            ProjectBack(rows + row, count);
        }
        tape.Release(scratch);
        var loss = tape.Allocate([]);
        loss.Span[0] = T.CreateChecked(total / divisor);
        return tape.Record(ProjectionRDropEntry, loss, [x, weight], adjoints =>
        {
            var scale = new Scale<T>(adjoints.Of(loss)[0]);
            if (adjoints.Wants(x)) Write(adjoints.Into(x));
            if (!adjoints.Wants(weight)) return;
            var memory = adjoints.Borrow(x.Count);
            var scaled = memory.Span[..x.Count];
            Elementwise.Map(scale, x.Ordered(tape), scaled);
            words.AddGradient(
                new MatrixView<T>(d.Data, 2 * rows, classes), new MatrixView<T>(scaled, 2 * rows, dModel),
                adjoints.Into(weight));
            adjoints.Release(memory);

            void Write(GradientTarget<T> target) => Elementwise.Map(scale, dX.Data, target.Span, target.Accumulate);
        });

        Span<T> Logits(int start, int count) => d.Span.Slice(start * classes, count * classes);

        void Project(int start, int count) => words.Apply(
            tape, new MatrixView<T>(x.Ordered(tape)[(start * dModel)..], count, dModel), Logits(start, count));

        void ProjectBack(int start, int count) => words.ApplyBackward(
            tape, new MatrixView<T>(Logits(start, count), count, classes),
            new GradientTarget<T>(dX.Span.Slice(start * dModel, count * dModel), false));
    }

    private static IEnumerable<GradientCase> ProjectionRDropCases(RandomStream random)
    {
        foreach (var (rows, dModel, classes, smoothing) in ((int, int, int, double)[])
            [(3, 4, 5, 0), (2, 3, 17, 0.1), (65, 2, 3, 0.1)])
        {
            var targets = Samples.Indices(random, rows, classes);
            yield return GradientCase.Of(
                Samples.Normal(random, [2 * rows, dModel]), Samples.Normal(random, [classes, dModel]),
                (x, weight) => ProjectionRDrop(x, weight, targets, 2, smoothing, 3) * -1.5);
        }
    }
}
