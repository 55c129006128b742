using System.Numerics;

namespace Engine;

/// <summary>
/// The columns of a matrix from <paramref name="First"/> on: queries, keys and values are stretches of one projection,
/// and heads are stretches of those. Nothing is copied or transposed to tell them apart.
/// </summary>
/// <param name="Rows">[rows, columns], in order.</param>
/// <param name="First">The first column.</param>
public readonly record struct ColumnBlock<T>(Tensor<T> Rows, int First = 0)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All columns.</summary>
    public static implicit operator ColumnBlock<T>(Tensor<T> rows) => new(rows);

    /// <summary>From one row to the next.</summary>
    internal int Stride => Rows.Shape[1];
}
