using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MaskedFillEntry = new(
        "MaskedFill",
        "y = value where the mask is set, x elsewhere;  dX = 0 where the mask is set, dY elsewhere",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [3, 9]), x => MaskedFill(x, new Mask([3, 9], i => i % 4 == 0), -7)),
            GradientCase.Of(Samples.Normal(random, [2, 3, 4]), x => MaskedFill(x, new Mask([3, 1], i => i == 1), 0.5)),
            GradientCase.Of(
                Samples.Normal(random, [2, 2, 3]), x => MaskedFill(x, new Mask([2, 1, 3], i => i is 1 or 5), 2)),
        ])
    {
        WritesInfinities = true,
    };

    /// <summary>Replaces the elements that a mask hides, such as the scores of hidden keys.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="mask">A shape that broadcasts to the shape of x; true hides.</param>
    /// <param name="value">The value of hidden elements, such as negative infinity before a softmax.</param>
    /// <returns>The shape of x. Saves the mask.</returns>
    /// <exception cref="ShapeException">The mask does not broadcast to the shape of x.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> MaskedFill<T>(Tensor<T> x, Mask mask, double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Broadcasting.Combine("MaskedFill", x.Shape, mask.Shape) != x.Shape)
            throw new ShapeException($"MaskedFill: a mask of {mask.Shape} does not broadcast to {x.Shape}.");
        var tape = Tape<T>.Of(MaskedFillEntry, x);
        var y = tape.Allocate(x.Shape);
        x.CopyTo(y.Span);
        mask.Fill(y.Span, x.Shape, T.CreateChecked(value));
        return tape.Record(MaskedFillEntry, y, [x], adjoints =>
        {
            var scratch = adjoints.Borrow(x.Count);
            var gradient = scratch.Span[..x.Count];
            adjoints.Of(y).CopyTo(gradient);
            mask.Fill(gradient, x.Shape, T.Zero);
            adjoints.Into(x).Add(gradient);
            adjoints.Release(scratch);
        });
    }
}
