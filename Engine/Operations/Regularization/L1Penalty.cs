using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry L1PenaltyEntry = new(
        "L1Penalty",
        "y = strength * sum of |x|;  dX = strength sign(x) dY",
        random =>
        [
            GradientCase.Of(Samples.AwayFromZero(random, [9]), x => L1Penalty(x, 0.3)),
            GradientCase.Of(Samples.AwayFromZero(random, [3, 17]), x => L1Penalty(x, 2)),
            GradientCase.Of(Samples.AwayFromZero(random, [3, 5]), x => L1Penalty(x, 0.5)).WithTransposedInputs(),
            GradientCase.Of(Samples.AwayFromZero(random, [2, 3]), x => L1Penalty(x, 0.7) + (x * x)),
        ]);

    /// <summary>
    /// The sum of magnitudes, to be added to a loss (Tibshirani 1996). Its gradient has the same size for every number,
    /// so that many numbers become 0 or nearly 0.
    /// </summary>
    /// <param name="x">Any shape, usually a weight: <c>loss + Op.L1Penalty(tape.Use(weight), 1e-5)</c>.</param>
    /// <param name="strength">The factor of the sum.</param>
    /// <returns>A single number, []. Saves nothing. The gradient at 0 is 0.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> L1Penalty<T>(Tensor<T> x, double strength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(L1PenaltyEntry, x);
        var factor = T.CreateChecked(strength);
        var y = tape.Allocate([]);
        y.Span[0] = factor * Reductions.SumOfMagnitudes(x.Ordered(tape));
        return tape.Record(L1PenaltyEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            Elementwise.Map(new Sign<T>(factor * adjoints.Of(y)[0]), x.Ordered(tape), dX.Span, dX.Accumulate);
        });
    }
}
