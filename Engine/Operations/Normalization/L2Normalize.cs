using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry L2NormalizeEntry = new(
        "L2Normalize",
        "y = x / |x| over the last dimension, |x| = sqrt(sum_k x_k^2);  dX = (dY - y sum_k dY_k y_k) / |x|",
        random => RowCases(random, L2Normalize).Append(
            GradientCase.Of(Tensor<double>.From([2, 3], [0.3, -2, 1, 5, 7, -9]), L2Normalize)));

    /// <summary>
    /// Each row of the last dimension divided by its length, so that a product of two rows is the cosine of the angle
    /// between them. A row of zeros stays zero and has a zero gradient; a row of any other finite numbers has length 1,
    /// even where their squares leave the range of T. Its twin is <see cref="L2NormalizeTwin"/>.
    /// </summary>
    /// <param name="x">[..., n].</param>
    /// <returns>The shape of x; each row has length 1. Saves y, and |x| in two numbers.</returns>
    /// <exception cref="ShapeException">x is a single number without dimensions.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> L2Normalize<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var tape = Tape<T>.Of(L2NormalizeEntry, x);
        var columns = x.Shape[x.Shape.Dimension("L2Normalize", -1)];
        var y = tape.Allocate(x.Shape);
        // |x| = length / power: power is 1 except in rows whose squares leave the range of T.
        var scales = tape.Allocate([x.Count / columns, 2]); // [rows, (power, 1 / length)]
        var values = x.Ordered(tape);
        for (int row = 0, at = 0; at < values.Length; row++, at += columns)
        {
            var length = T.Sqrt(Squares.Scaled(values.Slice(at, columns), out var power));
            var inverse = length == T.Zero ? T.Zero : T.One / length;
            (scales.Span[2 * row], scales.Span[(2 * row) + 1]) = (power, inverse);
            Elementwise.Map(new ScaleTwice<T>(power, inverse), values.Slice(at, columns), y.Span.Slice(at, columns));
        }
        return tape.Record(L2NormalizeEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            var dY = adjoints.Of(y);
            for (int row = 0, at = 0; at < dY.Length; row++, at += columns)
            {
                var unit = y.Data.Slice(at, columns);
                var target = dX.Span.Slice(at, columns);
                var (power, inverse) = (scales.Data[2 * row], scales.Data[(2 * row) + 1]);
                var dot = Reductions.Dot(dY.Slice(at, columns), unit);
                Elementwise.Map(new ScaleTwice<T>(inverse, power), dY.Slice(at, columns), target, dX.Accumulate);
                Elementwise.Map(new ScaleTwice<T>(-dot * inverse, power), unit, target, accumulate: true);
            }
        });
    }
}
