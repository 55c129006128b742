using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SumEntry = new(
        "Sum",
        "y = sum of x over a dimension, or over all;  dX = dY, repeated",
        random => ReductionCases(random, Samples.Normal, x => Sum(x), (x, d, keep) => Sum(x, d, keep)));

    /// <summary>The sum of all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>A single number, []. Saves nothing.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Sum<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(SumEntry, x);
        var y = tape.Allocate([]);
        y.Span[0] = Reductions.Sum(x.Ordered(tape));
        return tape.Record(SumEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            InPlace.Add(dX, adjoints.Of(y)[0]);
        });
    }

    /// <summary>The sum over one dimension.</summary>
    /// <param name="x">Any shape with that dimension.</param>
    /// <param name="dimension">The dimension; a negative number counts from the last.</param>
    /// <param name="keepDimension">Whether the dimension stays, with size 1, or is removed.</param>
    /// <returns>The shape of x without, or with 1 in, that dimension. Saves nothing.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Sum<T>(Tensor<T> x, int dimension, bool keepDimension = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var kept = x.Shape.With(x.Shape.Dimension("Sum", dimension), 1);
        var tape = Tape<T>.Of(SumEntry, x);
        var y = tape.Allocate(keepDimension ? kept : Without(x.Shape, dimension));
        Broadcasting.SumTo(x.Ordered(tape), x.Shape, y.Span, kept, false);
        return tape.Record(SumEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            Broadcasting.Map(
                default(Add<T>), dX, x.Shape.ContiguousStrides(),
                adjoints.Of(y), Broadcasting.Expand(kept, kept.ContiguousStrides(), x.Shape), x.Shape, dX);
        });
    }

    private static Shape Without(Shape shape, int dimension)
    {
        var d = shape.Dimension("Sum", dimension);
        return new Shape([.. shape.AsSpan()[..d], .. shape.AsSpan()[(d + 1)..]]);
    }

    private static IEnumerable<GradientCase> ReductionCases(
        RandomStream random,
        Func<RandomStream, Shape, Tensor<double>> sample,
        Func<Tensor<double>, Tensor<double>>? overAll,
        Func<Tensor<double>, int, bool, Tensor<double>> overOne)
    {
        if (overAll is not null)
        {
            yield return GradientCase.Of(sample(random, [3, 17]), overAll);
            yield return GradientCase.Of(sample(random, []), overAll);
        }
        yield return GradientCase.Of(sample(random, [9]), x => overOne(x, 0, false));
        yield return GradientCase.Of(sample(random, [3, 17]), x => overOne(x, -1, true));
        yield return GradientCase.Of(sample(random, [2, 8, 3]), x => overOne(x, 1, false));
        yield return GradientCase.Of(sample(random, [3, 1, 5]), x => overOne(x, 0, true));
    }
}
