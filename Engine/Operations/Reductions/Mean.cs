using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MeanEntry = new(
        "Mean",
        "y = mean of x over a dimension of size n, or over all;  dX = dY / n, repeated (by Sum and Scale)",
        random => ReductionCases(random, Samples.Normal, x => Mean(x), (x, d, keep) => Mean(x, d, keep)));

    /// <summary>The mean of all elements.</summary>
    /// <param name="x">Any shape.</param>
    /// <returns>A single number, [].</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Mean<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Scale(Sum(x), 1.0 / x.Count);

    /// <summary>The mean over one dimension.</summary>
    /// <param name="x">Any shape with that dimension.</param>
    /// <param name="dimension">The dimension; a negative number counts from the last.</param>
    /// <param name="keepDimension">Whether the dimension stays, with size 1, or is removed.</param>
    /// <returns>The shape of x without, or with 1 in, that dimension.</returns>
    [KeepsCallerFrame]
    public static Tensor<T> Mean<T>(Tensor<T> x, int dimension, bool keepDimension = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = x.Shape.Dimension("Mean", dimension);
        return Scale(Sum(x, d, keepDimension), 1.0 / x.Shape[d]);
    }
}
