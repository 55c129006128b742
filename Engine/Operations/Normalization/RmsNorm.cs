using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry RmsNormEntry = new(
        "RmsNorm",
        "y = gamma xHat, xHat = x / sqrt(mean(x^2) + epsilon) over the last dimension;  with g = gamma dY: " +
        "dX = (g - xHat mean(g xHat)) / sqrt(mean(x^2) + epsilon), dGamma = sum dY xHat",
        random => RmsNormCases(random));

    /// <summary>The default epsilon of <see cref="RmsNorm"/>, as in T5 and Llama.</summary>
    public const double RmsNormEpsilon = 1e-6;

    /// <summary>
    /// Root mean square normalization (Zhang and Sennrich 2019): each row of n features is divided by its root mean
    /// square, then scaled by gamma. It is <see cref="LayerNorm"/> without the mean and without beta. Its twin is
    /// <see cref="RmsNormTwin"/>.
    /// </summary>
    /// <remarks>
    /// It is in three files: this one checks shapes and records, <see cref="RmsNormKernel"/> has the loops of both
    /// passes, <see cref="RmsNormTwin"/> the formula and the derivation of the backward.
    /// </remarks>
    /// <param name="x">[..., n].</param>
    /// <param name="gamma">[n].</param>
    /// <param name="epsilon">Keeps the root away from 0; it is inside the root.</param>
    /// <returns>The shape of x. Saves x, and the rstd of each row.</returns>
    /// <exception cref="ShapeException">Gamma is not of the last dimension's size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> RmsNorm<T>(Tensor<T> x, Tensor<T> gamma, double epsilon = RmsNormEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = x.Shape[x.Shape.Dimension("RmsNorm", -1)];
        if (gamma.Shape != [n])
            throw new ShapeException($"RmsNorm: the last dimension of {x.Shape} is {n}; gamma {gamma.Shape} " +
                $"must be [{n}].");
        if (!(epsilon >= 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "RmsNorm: epsilon must be at least 0.");
        var tape = Tape<T>.Of(RmsNormEntry, x, gamma);
        var y = tape.Allocate(x.Shape);
        var rstd = tape.Allocate([x.Count / n]); // [rows]
        RmsNormKernel.Forward(x.Ordered(tape), gamma.Ordered(tape), T.CreateChecked(epsilon), y.Span, rstd.Span);
        return tape.Record(RmsNormEntry, y, [x, gamma], adjoints =>
        {
            var dX = adjoints.Wants(x) ? adjoints.Into(x) : default;
            var dGamma = adjoints.Wants(gamma) ? adjoints.Into(gamma).Zeroed() : default;
            var g = adjoints.Borrow(n);
            RmsNormKernel.Backward(
                x.Ordered(tape), gamma.Ordered(tape), rstd.Data, adjoints.Of(y), g.Span[..n], dX.Span,
                dX.Accumulate, dGamma);
            adjoints.Release(g);
        });
    }

    private static IEnumerable<GradientCase> RmsNormCases(RandomStream random)
    {
        foreach (var shape in (Shape[])[[2, 3], [2, 7], [3, 8], [2, 2, 5], [2, 17]])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, [shape[^1]]),
                (x, gamma) => RmsNorm(x, gamma, 0.1));
        }
    }
}
