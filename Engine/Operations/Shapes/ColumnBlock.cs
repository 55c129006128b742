using System.Numerics;

namespace Engine;

/// <summary>
/// The columns of a matrix from <paramref name="First"/> on. Queries, keys and values are column blocks of one
/// projection, and heads are column blocks of these; so attention needs no copy and no transpose.
/// </summary>
/// <param name="Rows">[rows, columns], contiguous.</param>
/// <param name="First">The first column.</param>
public readonly record struct ColumnBlock<T>(Tensor<T> Rows, int First = 0)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All columns.</summary>
    public static implicit operator ColumnBlock<T>(Tensor<T> rows) => new(rows);

    /// <summary>The distance in memory from a row to the next.</summary>
    internal int Stride => Rows.Shape[1];
}
