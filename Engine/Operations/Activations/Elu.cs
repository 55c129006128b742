using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry EluEntry = new(
        "Elu",
        "y = x where x > 0, else alpha (exp(x) - 1);  dX = dY where x > 0, else dY alpha exp(x)",
        random => UnaryCases(random, x => Elu(x), Samples.AwayFromZero)
            .Append(GradientCase.Of(Samples.AwayFromZero(random, [3, 9]), x => Elu(x, 0.7))));

    /// <summary>
    /// Exponential linear unit, y = x where x is positive and α (eˣ - 1) elsewhere: it goes down to -α, which brings
    /// the mean of activations near 0 (Clevert et al. 2016). At 0 the derivative is taken as α.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="alpha">α.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Elu<T>(Tensor<T> x, double alpha = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var a = T.CreateChecked(alpha);
        return Map(EluEntry, x, new Elu<T>(a), new EluGradient<T>(a), ofInput: true);
    }
}
