using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry MaskedSoftmaxEntry = new(
        "MaskedSoftmax",
        "y_j = exp(x_j) / sum of exp(x_k) over the visible k, 0 where the mask hides;  dX = y (dY - sum_k dY_k y_k)",
        random => MaskedSoftmaxCases(random));

    /// <summary>
    /// Softmax over the visible elements of the last dimension: the weights of attention. It equals
    /// <see cref="Softmax"/> of scores whose hidden elements are -infinity, except that a row without a visible element
    /// gives zeros with a zero gradient, and not 0 / 0. Its twin is <see cref="Kernels.SoftmaxTwin"/>.
    /// </summary>
    /// <param name="x">[..., n].</param>
    /// <param name="mask">A shape that broadcasts to the shape of x; true hides. Null hides nothing.</param>
    /// <returns>The shape of x; each row sums to 1, or to 0 if nothing in it is visible. Saves y.</returns>
    /// <exception cref="ShapeException">x is a single number without dimensions, or the mask does not broadcast to
    /// its shape.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> MaskedSoftmax<T>(Tensor<T> x, Mask? mask)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(MaskedSoftmaxEntry, x);
        var columns = x.Shape[x.Shape.Dimension("MaskedSoftmax", -1)];
        if (mask is not null && Broadcasting.Combine("MaskedSoftmax", x.Shape, mask.Shape) != x.Shape)
            throw new ShapeException($"MaskedSoftmax: a mask of {mask.Shape} does not broadcast to {x.Shape}; " +
                "give it 1 in each dimension along which it repeats.");
        var y = tape.Allocate(x.Shape);
        x.CopyTo(y.Span);
        mask?.Fill(y.Span, x.Shape, T.NegativeInfinity);
        SoftmaxKernel.Forward(y.Data, y.Span, columns, emptyIsZero: true);
        return tape.Record(MaskedSoftmaxEntry, y, [x], adjoints =>
        {
            // Hidden elements have y = 0, and so a zero gradient.
            var dX = adjoints.Into(x);
            SoftmaxKernel.Backward(y.Data, adjoints.Of(y), dX.Span, columns, dX.Accumulate);
        });
    }

    private static IEnumerable<GradientCase> MaskedSoftmaxCases(RandomStream random)
    {
        foreach (var (shape, mask) in ((Shape, Mask?)[])
            [
                ([5], new Mask([5], i => i == 3)), ([4, 4], Mask.Causal(4)), ([2, 9], null),
                ([3, 17], new Mask([3, 1], i => i == 1)), ([2, 3, 8], new Mask([2, 1, 8], i => i is < 8 or 11)),
            ])
        {
            yield return GradientCase.Of(Samples.Normal(random, shape), x => MaskedSoftmax(x, mask))
                with { Description = $"{shape}, mask {mask?.Shape.ToString() ?? "none"}" };
        }
    }
}
