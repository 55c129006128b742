using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MaxEntry = new(
        "Max",
        "y = largest of x over a dimension;  dX = dY at the first largest element, 0 elsewhere",
        random => ReductionCases(random, Samples.Distinct, null, Max));

    /// <summary>
    /// The largest element over one dimension; a NaN makes the result NaN. Of equal maxima, the first gets the
    /// gradient.
    /// </summary>
    /// <param name="x">Any shape with that dimension.</param>
    /// <param name="dimension">The dimension; a negative number counts from the last.</param>
    /// <param name="keepDimension">Whether the dimension stays, with size 1, or is removed.</param>
    /// <returns>The shape of x without, or with 1 in, that dimension. Saves where the largest elements are.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Max<T>(Tensor<T> x, int dimension, bool keepDimension = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = x.Shape.Dimension("Max", dimension);
        var tape = Tape<T>.Of(MaxEntry, x);
        var y = tape.Allocate(keepDimension ? x.Shape.With(d, 1) : Without(x.Shape, d));
        var values = x.Ordered(tape);
        var (largest, size) = (new int[y.Count], x.Shape[d]);
        var inner = 1;
        for (var i = d + 1; i < x.Shape.Rank; i++) inner *= x.Shape[i];
        for (var i = 0; i < largest.Length; i++)
        {
            var at = (i / inner * size * inner) + (i % inner);
            largest[i] = at;
            for (var j = 1; j < size; j++)
            {
                var candidate = at + (j * inner);
                // The negated comparison makes NaN the maximum, and keeps it.
                if (!(values[candidate] <= values[largest[i]]) && !T.IsNaN(values[largest[i]])) largest[i] = candidate;
            }
            y.Span[i] = values[largest[i]];
        }
        return tape.Record(MaxEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var dY = adjoints.Of(y);
            for (var i = 0; i < largest.Length; i++) dX[largest[i]] += dY[i];
        });
    }
}
