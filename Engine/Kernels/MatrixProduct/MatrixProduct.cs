using System.Numerics;

namespace Engine.Kernels;

/// <summary>The matrix product, C = A B or C += A B, over operands at any strides.</summary>
/// <remarks>
/// Each element has the bits of <see cref="MatrixProductTwin"/>: one fused multiply-add after another in the
/// order of k. They are the same for any number of threads, any blocking and any vector width.
/// </remarks>
internal static unsafe class MatrixProduct
{
    /// <summary>Multiply-adds for which it pays to wake another thread: some 10 microseconds.</summary>
    private const long WorthAThread = 1L << 19;

    /// <summary>C[m, n] = A[m, k] B[k, n], then <paramref name="epilogue"/>.</summary>
    /// <param name="a">[m, k]; a transposed operand is a view with its strides exchanged.</param>
    /// <param name="b">[k, n].</param>
    /// <param name="c">[m, n], row-major; must not overlap the operands.</param>
    /// <param name="cRowStride">The distance between rows of C; above n if C is a slice of a wider matrix.</param>
    /// <param name="accumulate">Whether the product is added to what C holds.</param>
    /// <param name="epilogue">A bias and ReLU, applied while the result is in the cache.</param>
    /// <param name="team">Threads that share a large product.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static void Multiply<T>(
        MatrixView<T> a, MatrixView<T> b, Span<T> c, int cRowStride, bool accumulate = false,
        Epilogue<T> epilogue = default, ThreadTeam? team = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(a, b.Rows, b.Columns, c, cRowStride, epilogue.Bias.Length);
        // bounds: Check; the constructor of a MatrixView checked the operands
        fixed (T* pa = a.Data, pb = b.Data, pc = c, bias = epilogue.Bias)
            Run(
                new Product<T>
                {
                    M = a.Rows, N = b.Columns, K = a.Columns,
                    A = pa, ARow = a.RowStride, AColumn = a.ColumnStride,
                    B = pb, BRow = b.RowStride, BColumn = b.ColumnStride,
                    C = pc, CRow = cRowStride, Accumulate = accumulate, Bias = bias, Relu = epilogue.Relu,
                },
                team);
    }

    /// <summary>As above, with a right operand that was packed before.</summary>
    public static void Multiply<T>(
        MatrixView<T> a, PackedMatrix<T> b, Span<T> c, int cRowStride, bool accumulate = false,
        Epilogue<T> epilogue = default, ThreadTeam? team = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(a, b.Rows, b.Columns, c, cRowStride, epilogue.Bias.Length);
        // bounds: Check; the constructors of MatrixView and PackedMatrix checked the operands
        fixed (T* pa = a.Data, pc = c, bias = epilogue.Bias)
            Run(
                new Product<T>
                {
                    M = a.Rows, N = b.Columns, K = a.Columns,
                    A = pa, ARow = a.RowStride, AColumn = a.ColumnStride,
                    Packed = b.Start, PackedColumns = b.PaddedColumns,
                    C = pc, CRow = cRowStride, Accumulate = accumulate, Bias = bias, Relu = epilogue.Relu,
                },
                team);
        GC.KeepAlive(b);
    }

    /// <summary>
    /// As above for several products of one shape, such as the heads of attention: what a product costs beside its
    /// arithmetic is paid once. The steps are the distances from an operand or a result to that of the next product.
    /// </summary>
    public static void MultiplyEach<T>(
        int count, MatrixView<T> a, int aStep, MatrixView<T> b, int bStep, Span<T> c, int cRowStride, int cStep,
        bool accumulate = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (count == 0 || a.Rows == 0 || b.Columns == 0) return;
        Check(a, b.Rows, b.Columns, c[checked((count - 1) * cStep)..], cRowStride, 0);
        CheckLast(a, (count - 1L) * aStep);
        CheckLast(b, (count - 1L) * bStep);
        // bounds: Check and CheckLast, for the last of the products
        fixed (T* pa = a.Data, pb = b.Data, pc = c)
            RunPart(
                new Product<T>
                {
                    M = a.Rows, N = b.Columns, K = a.Columns,
                    A = pa, ARow = a.RowStride, AColumn = a.ColumnStride,
                    B = pb, BRow = b.RowStride, BColumn = b.ColumnStride,
                    C = pc, CRow = cRowStride, Accumulate = accumulate, Bias = null, Relu = false,
                },
                count, aStep, bStep, cStep);
    }

    private static void CheckLast<T>(MatrixView<T> first, long offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var extent = MatrixView<T>.Extent(first.Rows, first.Columns, first.RowStride, first.ColumnStride);
        if (offset < 0 || (extent > 0 && offset + extent > first.Data.Length))
            throw new ArgumentException(
                $"a [{first.Rows}, {first.Columns}] operand that starts at number {offset} does not lie within " +
                $"{first.Data.Length} numbers");
    }

    private static void Check<T>(
        MatrixView<T> a, int bRows, int bColumns, ReadOnlySpan<T> c, int cRowStride, int biasLength)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (a.Columns != bRows)
            throw new ArgumentException(
                $"inner dimensions differ: [{a.Rows}, {a.Columns}] x [{bRows}, {bColumns}]");
        if (cRowStride < bColumns || MatrixView<T>.Extent(a.Rows, bColumns, cRowStride, 1) > c.Length)
            throw new ArgumentException(
                $"a [{a.Rows}, {bColumns}] result of row stride {cRowStride} does not lie within {c.Length} numbers");
        if (biasLength != 0 && biasLength != bColumns)
            throw new ArgumentException($"a bias of {biasLength} numbers does not fit {bColumns} columns");
    }

    private static void Run<T>(in Product<T> product, ThreadTeam? team)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (product.M == 0 || product.N == 0)
            return;
        var work = (long)product.M * product.N * Math.Max(1, product.K);
        if (team is null || team.Threads == 1 || work < 2 * WorthAThread)
            RunPart(product);
        else
            SharedProduct<T>.Run(product, (int)Math.Min(team.Threads, work / WorthAThread), team);
    }

    internal static void RunPart<T>(
        in Product<T> product, int count = 1, int aStep = 0, int bStep = 0, int cStep = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.Run(new Kernel<T>
        {
            Product = ref product, Count = count, AStep = aStep, BStep = bStep, CStep = cStep,
        });

    private ref struct Kernel<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ref readonly Product<T> Product;
        public int Count, AStep, BStep, CStep;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V> => BlockedProduct<T, V, L>.Run(in Product, Count, AStep, BStep, CStep);
    }
}
