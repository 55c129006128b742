using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry RotaryEntry = new(
        "Rotary",
        "(y_2i, y_2i+1) = (x_2i cos a - x_2i+1 sin a, x_2i sin a + x_2i+1 cos a), a = p theta^(-2i / dK) at position " +
        "p;  dX = dY turned back by the same angles",
        random => RotaryCases(random));

    /// <summary>
    /// Rotary positions (RoPE, Su et al. 2021): each pair of neighbouring features of a query or key turns by an angle
    /// that grows with the position, so that the product of a query and a key depends on their distance alone. Its twin
    /// is <see cref="RotaryTwin"/>.
    /// </summary>
    /// <param name="x">[rows of the layout, columns].</param>
    /// <param name="angles">The angles; dK columns are a head.</param>
    /// <param name="layout">Which rows form which sequence: a row's position is its index in its sequence.</param>
    /// <param name="columns">
    /// The number of columns that turn, a multiple of dK. The columns after them, such as values beside queries and
    /// keys, stay.
    /// </param>
    /// <param name="first">The position of each sequence's first row, above 0 in a later step of decoding.</param>
    /// <returns>The shape of x. Saves nothing.</returns>
    /// <exception cref="ShapeException">
    /// x does not have the layout's rows and the columns of all heads, or the columns are no whole heads.
    /// </exception>
    [KeepsCallerFrame]
    public static Tensor<T> Rotary<T>(
        Tensor<T> x, RotaryAngles<T> angles, SequenceLayout layout, int columns, int first = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Shape.Rank != 2 || x.Shape[0] != layout.Rows || columns > x.Shape[1] || columns % angles.DK != 0)
            throw new ShapeException($"Rotary: {columns} columns of {x.Shape} cannot turn in heads of {angles.DK}; x " +
                $"must be a matrix [{layout.Rows}, ...] and the columns a multiple of {angles.DK} that lies in it.");
        var tape = Tape<T>.Of(RotaryEntry, x);
        var y = tape.Allocate(x.Shape);
        x.CopyTo(y.Span);
        Turn(default(Rotate<T>), y.Data, y.Span, false);
        return tape.Record(RotaryEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            var dY = adjoints.Of(y);
            var width = x.Shape[1];
            for (var row = 0; row < dY.Length; row += width)
            {
                var rest = dX.Span[(row + columns)..(row + width)];
                new GradientTarget<T>(rest, dX.Accumulate).Add(dY[(row + columns)..(row + width)]);
            }
            Turn(default(RotateBack<T>), dY, dX.Span, dX.Accumulate);
        });

        void Turn<TFunction>(TFunction turn, ReadOnlySpan<T> from, Span<T> to, bool accumulate)
            where TFunction : struct, ITernaryFunction<T>
        {
            var (dK, width) = (angles.DK, x.Shape[1]);
            var table = angles.Rows(first + layout.LongestExtent);
            for (var s = 0; s < layout.Sequences; s++)
            {
                for (var i = 0; i < layout.Extent(s); i++)
                {
                    var cosines = table.Slice((first + i) * 2 * dK, dK);
                    var sines = table.Slice(((first + i) * 2 * dK) + dK, dK);
                    var row = (layout.Start(s) + i) * width;
                    for (var head = row; head < row + columns; head += dK)
                        Elementwise.Map(
                            turn, from.Slice(head, dK), cosines, sines, to.Slice(head, dK), accumulate);
                }
            }
        }
    }

    private static IEnumerable<GradientCase> RotaryCases(RandomStream random)
    {
        foreach (var (dK, columns, width, first) in ((int, int, int, int)[])
            [(2, 2, 2, 0), (4, 8, 12, 0), (10, 10, 13, 3), (18, 36, 36, 1)])
        {
            var angles = new RotaryAngles<double>(dK);
            foreach (var layout in (SequenceLayout[])[SequenceLayout.Packed([3, 1]), SequenceLayout.Padded(3, [3, 2])])
            {
                yield return GradientCase.Of(
                    Samples.Normal(random, [layout.Rows, width]), x => Rotary(x, angles, layout, columns, first));
            }
        }
    }
}
