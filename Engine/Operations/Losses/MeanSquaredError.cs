using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MeanSquaredErrorEntry = new(
        "MeanSquaredError",
        "loss = mean of (p - t)^2;  dP = 2 (p - t) dLoss / n, dT = -dP",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [9]), Samples.Normal(random, [9]), MeanSquaredError),
            GradientCase.Of(Samples.Normal(random, [3, 17]), Samples.Normal(random, [3, 17]), MeanSquaredError),
            GradientCase.Of(Samples.Normal(random, [2, 3]), x => MeanSquaredError(x, x * x)),
        ]);

    /// <summary>The mean of the squared differences between predictions and targets.</summary>
    /// <param name="predicted">Any shape.</param>
    /// <param name="targets">The same shape.</param>
    /// <returns>A single number, []. Saves the differences.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> MeanSquaredError<T>(Tensor<T> predicted, Tensor<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (predicted.Shape != targets.Shape)
            throw new ShapeException($"MeanSquaredError: predicted {predicted.Shape} and targets {targets.Shape} " +
                "must have one shape. Reshape one?");
        var tape = Tape<T>.Of(MeanSquaredErrorEntry, predicted, targets);
        var difference = tape.Allocate(predicted.Shape);
        Elementwise.Map(default(Subtract<T>), predicted.Ordered(tape), targets.Ordered(tape), difference.Span);
        var n = T.CreateChecked(predicted.Count);
        var loss = tape.Allocate([]);
        var sum = Reductions.SumOfSquares(difference.Data);
        loss.Span[0] = Squares.IsOrdinary(sum)
            ? sum / n
            : T.CreateChecked(Squares.Sum(difference.Data) / predicted.Count); // the mean fits where the sum does not
        return tape.Record(MeanSquaredErrorEntry, loss, [predicted, targets], adjoints =>
        {
            var factor = (T.One + T.One) * adjoints.Of(loss)[0] / n;
            foreach (var (input, scale) in ((Tensor<T>, T)[])[(predicted, factor), (targets, -factor)])
            {
                if (!adjoints.Wants(input)) continue;
                var target = adjoints.Into(input);
                Elementwise.Map(default(Multiply<T>), difference.Data, scale, target.Span, target.Accumulate);
            }
        });
    }
}
