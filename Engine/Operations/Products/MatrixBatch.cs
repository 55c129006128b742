using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>The matrices in the last two dimensions of a tensor, broadcast over the batches of a product.</summary>
internal readonly struct MatrixBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int rows, rowStride, columnStride;
    private readonly int[] offsets;

    /// <summary>
    /// The matrices of <paramref name="x"/> as the product of shape <paramref name="product"/> visits them.
    /// </summary>
    public MatrixBatch(Tensor<T> x, Shape product) : this(x.Shape, x.Strides, product, x.Offset)
    {
    }

    public MatrixBatch(Shape shape, Axes strides, Shape product, int offset = 0)
    {
        (rows, Columns) = (shape[^2], shape[^1]);
        (rowStride, columnStride) = (strides[shape.Rank - 2], strides[shape.Rank - 1]);
        var batches = product.With(^1, 1).With(^2, 1);
        var walk = new StrideWalk(
            batches, Broadcasting.Expand(shape.With(^1, 1).With(^2, 1), strides, batches), inner: 2);
        offsets = new int[batches.Elements];
        for (var i = 0; i < offsets.Length; i++, walk.Next()) offsets[i] = offset + walk.Offset;
    }

    private MatrixBatch(int rows, int columns, int offset)
    {
        (this.rows, Columns, rowStride, columnStride) = (rows, columns, columns, 1);
        offsets = [offset];
    }

    /// <summary>The number of products.</summary>
    public int Count => offsets.Length;

    public int Columns { get; }

    /// <summary>All matrices of a contiguous tensor, one below the other.</summary>
    public MatrixBatch<T> AsOneMatrix() => new(rows * Count, Columns, offsets[0]);

    public MatrixView<T> At(int i, ReadOnlySpan<T> memory) =>
        new(memory[offsets[i]..], rows, Columns, rowStride, columnStride);

    /// <summary>A contiguous matrix to be written.</summary>
    public Span<T> SpanAt(int i, Span<T> memory) => memory.Slice(offsets[i], rows * Columns);
}
