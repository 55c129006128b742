using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SymmetricKlEntry = new(
        "SymmetricKl",
        "loss = sum_j (p_j - q_j) r_j / 2, p = softmax(x), q = softmax(z), r = ln p - ln q, mean or sum over the " +
        "rows;  dX = dLoss (p (r - sum p r) + p - q) / 2, dZ = dLoss (q (sum q r - r) + q - p) / 2",
        random => SymmetricKlCases(random));

    /// <summary>
    /// The divergence between two predictions, half of KL(p || q) + KL(q || p), for p = softmax(x) and q = softmax(z),
    /// one for each row of the last dimension. R-Drop adds it to its loss, for two passes with different dropout (Liang
    /// et al. 2021, arXiv 2106.14448). It equals the mean of <see cref="KlDivergence"/> in both directions, of
    /// <see cref="LogSoftmax"/> and <see cref="Softmax"/>. Its twin is <see cref="Kernels.RDropTwin"/>.
    /// </summary>
    /// <param name="x">Finite logits, [..., n].</param>
    /// <param name="z">Finite logits, the same shape.</param>
    /// <param name="reduction">Mean over the rows, or sum.</param>
    /// <returns>A single number, []. Saves both derivatives.</returns>
    /// <exception cref="ShapeException">The shapes differ, or have no dimension.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> SymmetricKl<T>(Tensor<T> x, Tensor<T> z, Reduction reduction = Reduction.Mean)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape != z.Shape)
            throw new ShapeException($"SymmetricKl: logits {x.Shape} and {z.Shape} must have one shape. " +
                "Reshape one?");
        var columns = x.Shape[x.Shape.Dimension("SymmetricKl", -1)];
        var tape = Tape<T>.Of(SymmetricKlEntry, x, z);
        var (byX, byZ) = (tape.Allocate(x.Shape), tape.Allocate(z.Shape));
        x.Ordered(tape).CopyTo(byX.Span);
        z.Ordered(tape).CopyTo(byZ.Span);
        var scratch = tape.Borrow(columns);
        var total = RDropKernel.Replace(byX.Span, byZ.Span, scratch.Span[..columns], targets: []);
        tape.Release(scratch);
        var scale = reduction == Reduction.Mean ? 1.0 * columns / x.Count : 1.0;
        var loss = tape.Allocate([]);
        loss.Span[0] = T.CreateChecked(total * scale);
        return tape.Record(SymmetricKlEntry, loss, [x, z], adjoints =>
        {
            var factor = adjoints.Of(loss)[0] * T.CreateChecked(scale);
            if (adjoints.Wants(x)) Write(adjoints.Into(x), byX);
            if (adjoints.Wants(z)) Write(adjoints.Into(z), byZ);

            void Write(GradientTarget<T> target, Tensor<T> derivative) => Elementwise.Map(
                default(Multiply<T>), derivative.Data, factor, target.Span, target.Accumulate);
        });
    }

    private static IEnumerable<GradientCase> SymmetricKlCases(RandomStream random)
    {
        foreach (var (shape, reduction) in ((Shape, Reduction)[])
            [([9], Reduction.Mean), ([3, 17], Reduction.Mean), ([2, 3, 4], Reduction.Sum), ([5, 1], Reduction.Mean)])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, shape),
                (x, z) => SymmetricKl(x, z, reduction) * -1.5);
        }
        yield return GradientCase.Of(
            Samples.Normal(random, [3, 5]), x => SymmetricKl(x, x * -0.5)) with { Description = "[3, 5], of itself" };
    }
}
