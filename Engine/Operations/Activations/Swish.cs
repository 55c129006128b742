using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SwishEntry = new(
        "Swish",
        "y = x s, s = 1 / (1 + exp(-beta x));  dX = dY (s + beta x s (1 - s)), dBeta = sum of dY x^2 s (1 - s)",
        random => SwishCases(random));

    /// <summary>
    /// y = x σ(βx) (Ramachandran et al. 2017) with a constant β: half of x at 0, <see cref="Silu"/> at 1, and towards
    /// <see cref="Relu"/> as β grows.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="beta">β.</param>
    /// <returns>The shape of x. Saves x.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Swish<T>(Tensor<T> x, double beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var b = T.CreateChecked(beta);
        return Map(SwishEntry, x, new Swish<T>(b), new SwishGradient<T>(b), ofInput: true);
    }

    /// <summary>y = x σ(βx) with a β that is learned, one for all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="beta">A single number, [].</param>
    /// <returns>The shape of x. Saves x and beta.</returns>
    /// <exception cref="ShapeException">beta is not a single number.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Swish<T>(Tensor<T> x, Tensor<T> beta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (beta.Shape != [])
            throw new ShapeException($"Swish: beta {beta.Shape} must be a single number, []. Reshape it?");
        var tape = Tape<T>.Of(SwishEntry, x, beta);
        var y = tape.Allocate(x.Shape);
        var b = beta.Item();
        Elementwise.Map(new Swish<T>(b), x.Ordered(tape), y.Span);
        return tape.Record(SwishEntry, y, [x, beta], adjoints =>
        {
            var dY = adjoints.Of(y);
            if (adjoints.Wants(x))
            {
                var dX = adjoints.Into(x);
                Elementwise.Map(new SwishGradient<T>(b), dY, x.Ordered(tape), dX.Span, dX.Accumulate);
            }
            if (!adjoints.Wants(beta)) return;
            var scratch = adjoints.Borrow(y.Count);
            var shares = scratch.Span[..y.Count];
            Elementwise.Map(new SwishGradientOfBeta<T>(b), dY, x.Ordered(tape), shares);
            adjoints.Into(beta).Add([Reductions.Sum<T>(shares)]);
            adjoints.Release(scratch);
        });
    }

    private static IEnumerable<GradientCase> SwishCases(RandomStream random)
    {
        foreach (var check in UnaryCases(random, x => Swish(x, 1.7))) yield return check;
        foreach (var shape in (Shape[])[[], [9], [3, 17]])
            yield return GradientCase.Of(Samples.Normal(random, shape), Samples.Normal(random, []), Swish);
        yield return GradientCase.Of(Samples.Normal(random, []), x => Swish(x, x)) with
            { Description = "[] with itself" };
    }
}
