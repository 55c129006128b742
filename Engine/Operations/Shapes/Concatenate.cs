using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry ConcatenateEntry = new(
        "Concatenate",
        "y = x1, x2, ... side by side along a dimension;  dXi = its part of dY",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [3]), Samples.Normal(random, [9]), (x, z) => Concatenate([x, z], 0)),
            GradientCase.Of(
                Samples.Normal(random, [2, 3]), Samples.Normal(random, [2, 8]), (x, z) => Concatenate([x, z], -1)),
            GradientCase.Of(Samples.Normal(random, [2, 3, 2]), x => Concatenate([x, x, x], 1)),
        ]);

    /// <summary>Tensors side by side along one dimension.</summary>
    /// <param name="parts">At least one tensor; all dimensions but this one are equal.</param>
    /// <param name="dimension">The dimension; a negative number counts from the last.</param>
    /// <returns>The shape of the parts with their sizes in that dimension added up. Saves nothing.</returns>
    /// <exception cref="ShapeException">The other dimensions differ, or there is no part.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Concatenate<T>(IReadOnlyList<Tensor<T>> parts, int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (parts.Count == 0)
            throw new ShapeException("Concatenate: there is nothing to put together; give at least one tensor.");
        var first = parts[0].Shape;
        var d = first.Dimension("Concatenate", dimension);
        var size = 0;
        foreach (var part in parts)
        {
            if (part.Shape.Rank != first.Rank || part.Shape.With(d, 1) != first.With(d, 1))
                throw new ShapeException($"Concatenate: {first} and {part.Shape} differ in more than dimension {d}.");
            size += part.Shape[d];
        }
        var operands = parts.ToArray();
        var tape = Tape<T>.Of(ConcatenateEntry, operands);
        var y = tape.Allocate(first.With(d, size));
        var inner = 1;
        for (var i = d + 1; i < first.Rank; i++) inner *= first[i];
        var row = size * inner;

        var start = 0;
        foreach (var part in operands)
        {
            var width = part.Shape[d] * inner;
            var values = part.Ordered(tape);
            for (int from = 0, to = start; from < values.Length; from += width, to += row)
                values.Slice(from, width).CopyTo(y.Span[to..]);
            start += width;
        }
        return tape.Record(ConcatenateEntry, y, operands, adjoints =>
        {
            var at = 0;
            foreach (var part in operands)
            {
                var width = part.Shape[d] * inner;
                if (adjoints.Wants(part))
                {
                    var dX = adjoints.Into(part);
                    for (int to = 0, from = at; to < dX.Span.Length; to += width, from += row)
                        new GradientTarget<T>(dX.Span.Slice(to, width), dX.Accumulate)
                            .Add(adjoints.Of(y).Slice(from, width));
                }
                at += width;
            }
        });
    }
}
