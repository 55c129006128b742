using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ReshapeEntry = new(
        "Reshape",
        "y = x in another shape;  dX = dY in the shape of x",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [3, 4]), x => Reshape(x, [2, 6])),
            GradientCase.Of(Samples.Normal(random, [2, 3, 5]), x => Reshape(x, [30])),
            GradientCase.Of(Samples.Normal(random, [9]), x => Multiply(Reshape(x, [3, 3]), Reshape(x, [9, 1, 1]))),
        ]);

    /// <summary>
    /// The same numbers in the same order, in another shape: a view where x is contiguous, else a copy.
    /// </summary>
    /// <param name="x">Any shape.</param>
    /// <param name="shape">A shape with the same number of elements.</param>
    /// <returns>A tensor of this shape. Saves nothing.</returns>
    /// <exception cref="ShapeException">The shapes hold different numbers of elements.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Reshape<T>(Tensor<T> x, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (shape.Elements != x.Count)
            throw new ShapeException($"Reshape: {x.Shape} holds {x.Count} numbers and {shape} {shape.Elements}; " +
                "they must be equal.");
        var tape = Tape<T>.Of(ReshapeEntry, x);
        Tensor<T> y;
        if (x.IsContiguous) y = x.View(shape, shape.ContiguousStrides(), x.Offset, tape);
        else x.CopyTo((y = tape.Allocate(shape)).Span);
        return tape.Record(ReshapeEntry, y, [x], adjoints => adjoints.Pass(y, x));
    }
}
