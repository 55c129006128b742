using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry LeakyReluEntry = new(
        "LeakyRelu",
        "y = x where x > 0, else slope x;  dX = dY where x > 0, else slope dY",
        random => UnaryCases(random, x => LeakyRelu(x), Samples.AwayFromZero)
            .Append(GradientCase.Of(Samples.AwayFromZero(random, [3, 9]), x => LeakyRelu(x, -0.3))));

    /// <summary>The default slope of LeakyRelu below 0, as in PyTorch.</summary>
    public const double LeakyReluSlope = 0.01;

    /// <summary>
    /// Leaky rectified linear unit, y = x where x is positive and slope · x elsewhere, so that no unit stops learning
    /// (Maas et al. 2013). At 0 the derivative is taken as the slope.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="negativeSlope">The slope below 0.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> LeakyRelu<T>(Tensor<T> x, double negativeSlope = LeakyReluSlope)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var slope = T.CreateChecked(negativeSlope);
        return Map(LeakyReluEntry, x, new LeakyRelu<T>(slope), new LeakyReluGradient<T>(slope), ofInput: true);
    }
}
