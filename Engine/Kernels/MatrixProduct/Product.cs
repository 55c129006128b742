using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// A matrix product as addresses and strides, its bounds already checked: C[M, N] = A[M, K] B[K, N], plus the old C if
/// it accumulates. Strides count elements.
/// </summary>
internal readonly unsafe struct Product<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required int M { get; init; }

    public required int N { get; init; }

    public required int K { get; init; }

    public required T* A { get; init; }

    public required nint ARow { get; init; }

    public required nint AColumn { get; init; }

    /// <summary>Null if B is packed.</summary>
    public T* B { get; init; }

    public nint BRow { get; init; }

    public nint BColumn { get; init; }

    /// <summary>The panels of a <see cref="PackedMatrix{T}"/>, or null.</summary>
    public T* Packed { get; init; }

    /// <summary>Columns of the whole packed matrix, the padding of its last panel included.</summary>
    public nint PackedColumns { get; init; }

    /// <summary>The packed matrix's column at which this product begins: a multiple of the panel's width.</summary>
    public nint PackedFrom { get; init; }

    public required T* C { get; init; }

    public required nint CRow { get; init; }

    /// <summary>Whether the product is added to the old C.</summary>
    public required bool Accumulate { get; init; }

    /// <summary>N numbers that are added to each row, or null.</summary>
    public required T* Bias { get; init; }

    public required bool Relu { get; init; }

    /// <summary>The same product for some of C's rows and columns.</summary>
    public Product<T> Part(int row, int rows, int column, int columns) => this with
    {
        M = rows,
        N = columns,
        A = A + row * ARow,
        B = B is null ? null : B + column * BColumn,
        PackedFrom = PackedFrom + column,
        C = C + row * CRow + column,
        Bias = Bias is null ? null : Bias + column,
    };
}

/// <summary>
/// The operands of a micro-kernel: the first of several tiles side by side of a <see cref="Product{T}"/>.
/// </summary>
internal readonly unsafe struct Tile<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Element (row i, step p) is at i · ARow + p · AStep.</summary>
    public required T* A { get; init; }

    public required nint ARow { get; init; }

    public required nint AStep { get; init; }

    /// <summary>Step p starts at p · BStep, its columns side by side.</summary>
    public required T* B { get; init; }

    public required nint BStep { get; init; }

    /// <summary>The distance from the panel of one tile to that of the next.</summary>
    public required nint BNext { get; init; }

    public required int Steps { get; init; }

    /// <summary>The first value of each row's sums: the old C, or, with a stride of 0, a bias or zeros.</summary>
    public required T* Seed { get; init; }

    public required nint SeedRow { get; init; }

    public required nint SeedNext { get; init; }

    public required T* C { get; init; }

    public required nint CRow { get; init; }
}
