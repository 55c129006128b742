using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry BinaryCrossEntropyWithLogitsEntry = new(
        "BinaryCrossEntropyWithLogits",
        "loss = -t ln s - (1 - t) ln(1 - s), s = 1 / (1 + exp(-x)), mean or sum over the elements;  " +
        "dX = dLoss (s - t), dT = -dLoss x, by the elements for the mean",
        random => BinaryCrossEntropyCases(random));

    /// <summary>
    /// Cross-entropy of independent yes-or-no answers, each the sigmoid of its logit. Computed as
    /// max(x, 0) - x t + ln(1 + e^-|x|), which does not overflow for large logits and keeps the digits of small losses.
    /// </summary>
    /// <param name="logits">x, any shape.</param>
    /// <param name="targets">t, the probability of yes, in [0, 1]; the same shape. The targets get a gradient too, if
    /// they are no constant.</param>
    /// <param name="reduction">Mean over the elements, or sum.</param>
    /// <returns>A single number, []. Saves logits and targets.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> BinaryCrossEntropyWithLogits<T>(
        Tensor<T> logits, Tensor<T> targets, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (logits.Shape != targets.Shape)
            throw new ShapeException($"BinaryCrossEntropyWithLogits: logits {logits.Shape} and targets " +
                $"{targets.Shape} must have one shape. Reshape one?");
        var tape = Tape<T>.Of(BinaryCrossEntropyWithLogitsEntry, logits, targets);
        var scale = reduction == Reduction.Mean ? T.One / T.CreateChecked(logits.Count) : T.One;
        var loss = tape.Allocate([]);
        loss.Span[0] = scale * SumOf(
            tape, default(BinaryCrossEntropy<T>), logits.Ordered(tape), targets.Ordered(tape));
        return tape.Record(BinaryCrossEntropyWithLogitsEntry, loss, [logits, targets], adjoints =>
        {
            var factor = adjoints.Of(loss)[0] * scale;
            if (adjoints.Wants(logits))
            {
                var dX = adjoints.Into(logits);
                Elementwise.Map(
                    new BinaryCrossEntropyGradient<T>(factor), logits.Ordered(tape), targets.Ordered(tape), dX.Span,
                    dX.Accumulate);
            }
            if (!adjoints.Wants(targets)) return;
            var dT = adjoints.Into(targets);
            Elementwise.Map(default(Multiply<T>), logits.Ordered(tape), -factor, dT.Span, dT.Accumulate);
        });
    }

    private static IEnumerable<GradientCase> BinaryCrossEntropyCases(RandomStream random)
    {
        foreach (var (shape, reduction) in ((Shape, Reduction)[])
            [([9], Reduction.Mean), ([3, 17], Reduction.Mean), ([2, 3, 4], Reduction.Sum), ([], Reduction.Sum)])
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Positive(random, shape),
                (x, t) => BinaryCrossEntropyWithLogits(x, t, reduction) * -1.5);
        yield return GradientCase.Of(Samples.Normal(random, [2, 3]), x => BinaryCrossEntropyWithLogits(x, x * x));
    }
}
