using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SliceEntry = new(
        "Slice",
        "y = x[start .. start + length] along a dimension;  dX = dY there, 0 elsewhere",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [9]), x => Slice(x, 0, 2, 5)),
            GradientCase.Of(Samples.Normal(random, [3, 17]), x => Slice(x, 1, 1, 9)),
            GradientCase.Of(Samples.Normal(random, [2, 3, 4]), x => Add(Slice(x, 1, 0, 2), Slice(x, -2, 1, 2))),
        ]);

    /// <summary>Part of one dimension; a view of the same memory.</summary>
    /// <param name="x">Any shape with that dimension.</param>
    /// <param name="dimension">The dimension; a negative number counts from the last.</param>
    /// <param name="start">The first index that is kept.</param>
    /// <param name="length">The number of indices that are kept.</param>
    /// <returns>The shape of x with <paramref name="length"/> in that dimension. Saves nothing.</returns>
    /// <exception cref="ShapeException">The part does not lie within the dimension.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Slice<T>(Tensor<T> x, int dimension, int start, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var d = x.Shape.Dimension("Slice", dimension);
        var size = x.Shape[d];
        if (start < 0 || length < 1 || start > size - length)
            throw new ShapeException($"Slice: indices {start} to {start + length - 1} do not lie within " +
                $"dimension {d} of {x.Shape}.");
        var tape = Tape<T>.Of(SliceEntry, x);
        var y = x.View(x.Shape.With(d, length), x.Strides, x.Offset + (start * x.Strides[d]), tape);
        return tape.Record(SliceEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var dY = adjoints.Of(y);
            var inner = 1;
            for (var i = d + 1; i < x.Shape.Rank; i++) inner *= x.Shape[i];
            for (int from = 0, to = start * inner; from < dY.Length; from += length * inner, to += size * inner)
                new GradientTarget<T>(dX.Slice(to, length * inner), true).Add(dY.Slice(from, length * inner));
        });
    }
}
