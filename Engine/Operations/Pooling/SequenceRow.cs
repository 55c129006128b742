using System.Numerics;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry SequenceRowEntry = new(
        "SequenceRow",
        "y_s = x at one position of sequence s, 0 if it has no rows;  dX = dY there, 0 elsewhere",
        random => PoolingSamples.All(random, (x, layout) =>
            Add(SequenceRow(x, layout, 0), Scale(SequenceRow(x, layout, ^1), 3))));

    /// <summary>One row of each sequence, such as the last.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="position">The position; <c>^1</c> is the last row that is not padding.</param>
    /// <returns>[sequences, n]; zeros for a sequence without rows. Saves nothing.</returns>
    /// <exception cref="ShapeException">
    /// x does not have the layout's number of rows, or a sequence has rows but not at this position.
    /// </exception>
    [KeepsCallerFrame]
    public static Tensor<T> SequenceRow<T>(Tensor<T> x, SequenceLayout layout, Index position)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = CheckPooling("SequenceRow", x, layout);
        var tape = Tape<T>.Of(SequenceRowEntry, x);
        var rows = new int[layout.Sequences];
        for (var s = 0; s < rows.Length; s++)
        {
            var offset = layout.Length(s) == 0 ? 0 : position.GetOffset(layout.Length(s));
            if (offset < 0 || (offset > 0 && offset >= layout.Length(s)))
                throw new ShapeException($"SequenceRow: sequence {s} has {layout.Length(s)} rows and no " +
                    $"position {position}.");
            rows[s] = layout.Length(s) == 0 ? -1 : layout.Start(s) + offset;
        }
        var y = tape.Allocate([layout.Sequences, n]); // [sequences, n]
        var values = x.Ordered(tape);
        for (var s = 0; s < rows.Length; s++)
        {
            var row = y.Span.Slice(s * n, n);
            if (rows[s] < 0) row.Clear();
            else values.Slice(rows[s] * n, n).CopyTo(row);
        }
        return tape.Record(SequenceRowEntry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x).Zeroed();
            var dY = adjoints.Of(y);
            for (var s = 0; s < rows.Length; s++)
            {
                if (rows[s] >= 0)
                    new GradientTarget<T>(dX.Slice(rows[s] * n, n), true).Add(dY.Slice(s * n, n));
            }
        });
    }

    /// <summary>Checks x; gives the number of features of a row.</summary>
    private static int CheckPooling<T>(string operation, Tensor<T> x, SequenceLayout layout)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        x.Shape.Rank == 2 && x.Shape[0] == layout.Rows
            ? x.Shape[1]
            : throw new ShapeException($"{operation}: x is {x.Shape}, but the layout has {layout.Rows} rows; it must " +
                $"be [{layout.Rows}, n].");
}
