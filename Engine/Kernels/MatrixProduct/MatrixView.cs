using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// A matrix at any strides: element (i, j) is at i · rowStride + j · columnStride. Its transpose is the same memory
/// with the strides exchanged. The constructor checks the bounds, so that the loops need not.
/// </summary>
internal readonly ref struct MatrixView<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The matrix that starts at the first element of <paramref name="data"/>.</summary>
    /// <exception cref="ArgumentException">A size or stride is negative, or the last element lies outside.</exception>
    public MatrixView(ReadOnlySpan<T> data, int rows, int columns, int rowStride, int columnStride = 1)
    {
        if ((rows | columns | rowStride | columnStride) < 0
            || Extent(rows, columns, rowStride, columnStride) > data.Length)
            throw new ArgumentException(
                $"a [{rows}, {columns}] matrix of strides ({rowStride}, {columnStride}) does not lie within " +
                $"{data.Length} numbers");
        Data = data;
        Rows = rows;
        Columns = columns;
        RowStride = rowStride;
        ColumnStride = columnStride;
    }

    /// <summary>A dense row-major matrix.</summary>
    public MatrixView(ReadOnlySpan<T> data, int rows, int columns) : this(data, rows, columns, columns)
    {
    }

    public ReadOnlySpan<T> Data { get; }

    public int Rows { get; }

    public int Columns { get; }

    public int RowStride { get; }

    public int ColumnStride { get; }

    /// <summary>The same numbers, [columns, rows].</summary>
    public MatrixView<T> Transposed => new(Data, Columns, Rows, ColumnStride, RowStride);

    /// <summary>How many numbers the memory has from the first element to the last, both included.</summary>
    public static long Extent(int rows, int columns, int rowStride, int columnStride) =>
        rows == 0 || columns == 0 ? 0 : (rows - 1L) * rowStride + (columns - 1L) * columnStride + 1;
}
