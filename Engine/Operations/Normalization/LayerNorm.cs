using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry LayerNormEntry = new(
        "LayerNorm",
        "y = gamma xHat + beta, xHat = (x - mean) / sqrt(var + epsilon) over the last dimension;  with g = gamma dY: " +
        "dX = (g - mean(g) - xHat mean(g xHat)) / sqrt(var + epsilon), dGamma = sum dY xHat, dBeta = sum dY",
        random => LayerNormCases(random));

    /// <summary>The default epsilon of layer, batch, group and instance normalization, as in PyTorch.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>
    /// Layer normalization (Ba, Kiros and Hinton 2016): each row of n features is brought to mean 0 and variance 1
    /// (the variance divides by n, and epsilon is inside the root), then scaled by gamma and shifted by beta. Its twin
    /// is <see cref="LayerNormTwin"/>.
    /// </summary>
    /// <remarks>
    /// It is in three files: this one checks shapes and records, <see cref="LayerNormKernel"/> has the loops of both
    /// passes, <see cref="LayerNormTwin"/> the formula and the derivation of the backward.
    /// </remarks>
    /// <param name="x">[..., n].</param>
    /// <param name="gamma">[n].</param>
    /// <param name="beta">[n].</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <returns>The shape of x. Saves x, and the mean and rstd of each row.</returns>
    /// <exception cref="ShapeException">Gamma or beta is not of the last dimension's size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is negative.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> LayerNorm<T>(Tensor<T> x, Tensor<T> gamma, Tensor<T> beta, double epsilon = NormEpsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = x.Shape[x.Shape.Dimension("LayerNorm", -1)];
        if (gamma.Shape != [n] || beta.Shape != [n])
            throw new ShapeException($"LayerNorm: the last dimension of {x.Shape} is {n}; gamma {gamma.Shape} and " +
                $"beta {beta.Shape} must be [{n}].");
        if (!(epsilon >= 0))
            throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "LayerNorm: epsilon must be at least 0.");
        var tape = Tape<T>.Of(LayerNormEntry, x, gamma, beta);
        var y = tape.Allocate(x.Shape);
        var mean = tape.Allocate([x.Count / n]); // [rows]
        var rstd = tape.Allocate([x.Count / n]); // [rows]
        LayerNormKernel.Forward(
            x.Ordered(tape), gamma.Ordered(tape), beta.Ordered(tape), T.CreateChecked(epsilon), y.Span, mean.Span,
            rstd.Span);
        return tape.Record(LayerNormEntry, y, [x, gamma, beta], adjoints =>
        {
            var dX = adjoints.Wants(x) ? adjoints.Into(x) : default;
            var dGamma = adjoints.Wants(gamma) ? adjoints.Into(gamma).Zeroed() : default;
            var dBeta = adjoints.Wants(beta) ? adjoints.Into(beta).Zeroed() : default;
            LayerNormKernel.Backward(
                x.Ordered(tape), gamma.Ordered(tape), mean.Data, rstd.Data, adjoints.Of(y),
                dX.Span, dX.Accumulate, dGamma, dBeta);
        });
    }

    private static IEnumerable<GradientCase> LayerNormCases(RandomStream random)
    {
        foreach (var shape in (Shape[])[[2, 3], [2, 7], [3, 8], [2, 9], [2, 2, 5], [2, 17]])
        {
            Shape n = [shape[^1]];
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, n), Samples.Normal(random, n),
                (x, gamma, beta) => LayerNorm(x, gamma, beta));
        }
    }
}
