using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry PermuteEntry = new(
        "Permute",
        "y = x with its dimensions in another order;  dX = dY with them put back",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [3, 4]), x => Permute(x, 1, 0)),
            GradientCase.Of(Samples.Normal(random, [2, 3, 4]), x => Permute(x, 2, 0, 1)),
            GradientCase.Of(Samples.Normal(random, [2, 9]), x => Multiply(Transpose(x), Reshape(x, [9, 2]))),
            GradientCase.Of(Samples.Normal(random, [2, 3, 2, 3]), x => Transpose(x, 1, 2)),
        ]);

    /// <summary>The dimensions in another order; a view of the same memory.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="order">For each dimension of the result, the dimension of x: each of 0 .. rank - 1 once.</param>
    /// <returns>The sizes of x in that order. Saves nothing.</returns>
    /// <exception cref="ShapeException">The order does not name each dimension of x once.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Permute<T>(Tensor<T> x, params ReadOnlySpan<int> order)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rank = x.Shape.Rank;
        Span<int> sizes = stackalloc int[rank];
        Span<int> inverse = stackalloc int[rank];
        var strides = default(Axes);
        inverse.Fill(-1);
        for (var i = 0; i < rank; i++)
        {
            if (order.Length != rank || (uint)order[i] >= (uint)rank || inverse[order[i]] >= 0)
                throw new ShapeException($"Permute: [{string.Join(", ", order.ToArray())}] is not an order of the " +
                    $"dimensions of {x.Shape}; name each of 0 to {rank - 1} once.");
            (sizes[i], strides[i], inverse[order[i]]) = (x.Shape[order[i]], x.Strides[order[i]], i);
        }
        var tape = Tape<T>.Of(PermuteEntry, x);
        var y = x.View(new Shape(sizes), strides, x.Offset, tape);
        var back = inverse.ToArray();
        return tape.Record(PermuteEntry, y, [x], adjoints =>
        {
            var (gradientStrides, contiguous) = (default(Axes), y.Shape.ContiguousStrides());
            for (var i = 0; i < back.Length; i++) gradientStrides[i] = contiguous[back[i]];
            var scratch = adjoints.Borrow(x.Count);
            var gradient = scratch.Span[..x.Count];
            StridedCopy.Gather(adjoints.Of(y), x.Shape, gradientStrides, gradient);
            adjoints.Into(x).Add(gradient);
            adjoints.Release(scratch);
        });
    }

    /// <summary>Exchanges two dimensions, by default the last two; a view of the same memory.</summary>
    /// <param name="x">Any shape with these two dimensions.</param>
    /// <param name="first">A dimension; a negative number counts from the last.</param>
    /// <param name="second">The other dimension.</param>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Transpose<T>(Tensor<T> x, int first = -2, int second = -1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (i, j) = (x.Shape.Dimension("Transpose", first), x.Shape.Dimension("Transpose", second));
        Span<int> order = stackalloc int[x.Shape.Rank];
        for (var d = 0; d < order.Length; d++) order[d] = d;
        (order[i], order[j]) = (j, i);
        return Permute(x, order);
    }
}
