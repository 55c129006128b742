using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry L2PenaltyEntry = new(
        "L2Penalty",
        "y = strength / 2 * sum of x^2;  dX = strength x dY",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [9]), x => L2Penalty(x, 0.3)),
            GradientCase.Of(Samples.Normal(random, [3, 17]), x => L2Penalty(x, 2)),
            GradientCase.Of(Samples.Normal(random, [3, 5]), x => L2Penalty(x, 0.5)).WithTransposedInputs(),
            GradientCase.Of(Samples.Normal(random, [2, 3]), x => L2Penalty(x, 0.7) + (x * x * x)),
        ]);

    /// <summary>
    /// Half the sum of squares, to be added to a loss (Tikhonov 1943; ridge regression, Hoerl and Kennard 1970). Its
    /// gradient, strength · x, equals an optimizer's L2 weight decay. But here it is part of the loss, and so it is
    /// clipped and averaged with the rest of the gradient.
    /// </summary>
    /// <param name="x">Any shape, usually a weight: <c>loss + Op.L2Penalty(tape.Use(weight), 1e-4)</c>.</param>
    /// <param name="strength">The factor of half the sum.</param>
    /// <returns>A single number, []. Saves nothing.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> L2Penalty<T>(Tensor<T> x, double strength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(L2PenaltyEntry, x);
        var factor = T.CreateChecked(strength);
        var y = tape.Allocate([]);
        var sum = Reductions.SumOfSquares(x.Ordered(tape));
        y.Span[0] = Squares.IsOrdinary(sum)
            ? factor * sum / (T.One + T.One)
            : T.CreateChecked(strength * Squares.Sum(x.Ordered(tape)) / 2); // squares that T does not hold
        return tape.Record(L2PenaltyEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            Elementwise.Map(
                default(Multiply<T>), x.Ordered(tape), factor * adjoints.Of(y)[0], dX.Span, dX.Accumulate);
        });
    }
}
