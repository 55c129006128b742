using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SoftmaxEntry = new(
        "Softmax",
        "y_j = exp(x_j) / sum_k exp(x_k) over the last dimension;  dX = y (dY - sum_k dY_k y_k)",
        random => RowCases(random, Softmax));

    /// <summary>
    /// Softmax over the last dimension, y_j = exp(x_j) / Σ_k exp(x_k), computed from x minus the row's maximum. A
    /// logit of -infinity gives 0. Its twin is <see cref="Kernels.SoftmaxTwin"/>.
    /// </summary>
    /// <param name="x">[..., n].</param>
    /// <returns>The shape of x; each row sums to 1. Saves y.</returns>
    /// <exception cref="ShapeException">x is a single number without dimensions.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Softmax<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(SoftmaxEntry, x);
        var columns = x.Shape[x.Shape.Dimension("Softmax", -1)];
        var y = tape.Allocate(x.Shape);
        SoftmaxKernel.Forward(x.Ordered(tape), y.Span, columns);
        return tape.Record(SoftmaxEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            SoftmaxKernel.Backward(y.Data, adjoints.Of(y), dX.Span, columns, dX.Accumulate);
        });
    }

    /// <summary>Rows of one to seventeen numbers.</summary>
    private static IEnumerable<GradientCase> RowCases(RandomStream random, Func<Tensor<double>, Tensor<double>> f)
    {
        foreach (var shape in (Shape[])[[5], [3, 1], [2, 7], [2, 8], [2, 9], [2, 3, 4], [2, 17], [1, 40]])
            yield return GradientCase.Of(Samples.Normal(random, shape), f);
    }
}
