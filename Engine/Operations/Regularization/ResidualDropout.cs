using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ResidualDropoutEntry = new(
        "ResidualDropout",
        "y = x + z m / (1 - p), m = 0 with probability p, else 1;  dX = dY, dZ = dY m / (1 - p)",
        random => ResidualDropoutCases(random));

    /// <summary>
    /// The residual sum around a sublayer with dropout, y = x + Dropout(z), in one pass (Vaswani et al. 2017,
    /// section 5.4). It has the bits of <c>x + Dropout(z)</c>.
    /// </summary>
    /// <param name="x">The sublayer's input, any shape.</param>
    /// <param name="z">The sublayer's output, the shape of x.</param>
    /// <param name="probability">p, in [0, 1); without effect outside of training.</param>
    /// <returns>The shape of x. Saves nothing.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The probability is not in [0, 1).</exception>
    [KeepsCallerFrame]
    public static Tensor<T> ResidualDropout<T>(Tensor<T> x, Tensor<T> z, double probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape != z.Shape)
            throw new ShapeException($"ResidualDropout: x {x.Shape} and z {z.Shape} must have one shape; " +
                "a sublayer gives back the shape that it is given.");
        var tape = Tape<T>.Of(ResidualDropoutEntry, x, z);
        if (DropoutOf(tape, probability) is not { } dropout) return Add(x, z);
        var y = tape.Allocate(x.Shape);
        dropout.Apply(z.Ordered(tape), x.Ordered(tape), y.Span);
        return tape.Record(ResidualDropoutEntry, y, [x, z], adjoints =>
        {
            if (adjoints.Wants(z))
            {
                var dZ = adjoints.Into(z);
                dropout.Apply(adjoints.Of(y), dZ.Span, dZ.Accumulate);
            }
            if (adjoints.Wants(x)) adjoints.Pass(y, x);
        });
    }

    private static IEnumerable<GradientCase> ResidualDropoutCases(RandomStream random)
    {
        foreach (var (shape, probability) in ((Shape, double)[])[([3, 5], 0.3), ([2, 40], 0.5), ([4], 0)])
            yield return GradientCase.Of(
                Samples.Normal(random, shape), Samples.Normal(random, shape),
                (x, z) => ResidualDropout(x, z, probability));
        yield return GradientCase.Of(Samples.Normal(random, [3, 7]), x => ResidualDropout(x, x, 0.4))
            with { Description = "both from one input" };
    }
}
