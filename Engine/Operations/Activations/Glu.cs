using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry GluEntry = new(
        "Glu",
        "y = s v, s = 1 / (1 + exp(-g)), x = [v, g] along the last dimension;  dG = dY v s (1 - s), dV = dY s",
        random => GluCases(random));

    /// <summary>
    /// Gated linear unit of a tensor split in halves: y = v σ(g) where x = [v, g] along the last dimension (Dauphin et
    /// al. 2017). Its twin is v · Sigmoid(g), with the halves taken by <see cref="Slice"/>.
    /// </summary>
    /// <param name="x">[..., 2 n].</param>
    /// <returns>[..., n]. Saves x.</returns>
    /// <exception cref="ShapeException">The last dimension is odd, or there is none.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Glu<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var columns = x.Shape[x.Shape.Dimension("Glu", -1)];
        if (columns % 2 != 0)
            throw new ShapeException($"Glu: the last dimension of {x.Shape} must be even, to be split in halves.");
        var n = columns / 2;
        var tape = Tape<T>.Of(GluEntry, x);
        var y = tape.Allocate(x.Shape.With(^1, n)); // [..., n]
        var gated = default(Gated<T, Sigmoid<T>>);
        var rows = x.Ordered(tape);
        for (var (from, to) = (0, 0); to < y.Count; from += columns, to += n)
            Elementwise.Map(gated, rows.Slice(from + n, n), rows.Slice(from, n), y.Span.Slice(to, n));
        return tape.Record(GluEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            var rows = x.Ordered(tape);
            for (var (from, to) = (0, 0); to < y.Count; from += columns, to += n)
            {
                var value = rows.Slice(from, n);
                var gate = rows.Slice(from + n, n);
                var dY = adjoints.Of(y).Slice(to, n);
                Elementwise.Map(gated, gate, dY, dX.Span.Slice(from, n), dX.Accumulate);
                Elementwise.Map(
                    default(GateGradient<T, SigmoidGradientOfInput<T>>), dY, gate, value, dX.Span.Slice(from + n, n),
                    dX.Accumulate);
            }
        });
    }

    /// <summary>Gated linear unit of a separate gate and value, y = σ(g) v.</summary>
    /// <param name="gate">Any shape.</param>
    /// <param name="value">The same shape.</param>
    /// <returns>The shape of both. Saves both.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Glu<T>(Tensor<T> gate, Tensor<T> value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Gate(GluEntry, gate, value, default(Sigmoid<T>), default(SigmoidGradientOfInput<T>));

    private static IEnumerable<GradientCase> GluCases(RandomStream random)
    {
        foreach (var shape in (Shape[])[[2], [3, 14], [2, 16], [2, 18], [2, 3, 34], [1, 80]])
            yield return GradientCase.Of(Samples.Normal(random, shape), Glu);
        foreach (var check in GateCases(random, Glu)) yield return check;
    }
}
