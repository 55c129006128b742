using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Engine.Kernels;

/// <summary>
/// The innermost loop of the matrix product: a tile of C, up to 12 rows by 2 vectors, stays in registers while the
/// steps of k go by. Each step loads two vectors of B and, for each row, one number of A that is broadcast and
/// multiplied into both.
/// </summary>
/// <remarks>
/// 12 x 2 accumulators, 2 vectors of B and a broadcast take 27 of the 32 registers of AVX-512; 6 x 2 take 15 of the
/// 16 of AVX2. A and B are read through strides, so the same code serves packed panels and operands in place. The
/// counts are types: the JIT drops the rows that a smaller tile lacks.
/// </remarks>
internal static unsafe class MicroKernel<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : ILanes<T, V>
{
    /// <summary>Rows of the largest tile.</summary>
    public static int MaxRows => sizeof(V) == 64 ? 12 : 6;

    /// <summary>Columns of the largest tile.</summary>
    public static int MaxColumns => 2 * L.Count;

    /// <summary>
    /// Computes <paramref name="tiles"/> tiles side by side, each of <paramref name="rows"/> by one or two
    /// <paramref name="vectors"/>.
    /// </summary>
    public static void Multiply(in Tile<T> tile, int rows, int vectors, int tiles)
    {
        if (vectors == 2)
            Multiply<N2>(tile, rows, tiles);
        else
            Multiply<N1>(tile, rows, tiles);
    }

    private static void Multiply<W>(in Tile<T> tile, int rows, int tiles)
        where W : ICount
    {
        switch (rows)
        {
            case 1: Multiply<N1, W>(tile, tiles); break;
            case 2: Multiply<N2, W>(tile, tiles); break;
            case 3: Multiply<N3, W>(tile, tiles); break;
            case 4: Multiply<N4, W>(tile, tiles); break;
            case 5: Multiply<N5, W>(tile, tiles); break;
            case 6: Multiply<N6, W>(tile, tiles); break;
            case 7: Multiply<N7, W>(tile, tiles); break;
            case 8: Multiply<N8, W>(tile, tiles); break;
            case 9: Multiply<N9, W>(tile, tiles); break;
            case 10: Multiply<N10, W>(tile, tiles); break;
            case 11: Multiply<N11, W>(tile, tiles); break;
            case 12: Multiply<N12, W>(tile, tiles); break;
        }
    }

    // Straight to optimized code: in tier 0 every vector lives on the stack.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Multiply<R, W>(in Tile<T> tile, int tiles)
        where R : ICount
        where W : ICount
    {
        // bounds: MatrixProduct has checked the operands, and BlockedProduct gives rows, columns and steps within M, N
        // and K; rows that the tile does not have are not read. In place, B has whole vectors of columns; panels of B
        // and strips of A are as long as Plan has rented for them. A prefetch may lie anywhere: it never fails.
        for (nint index = 0; index < tiles; index++)
        {
            V c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
            V c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
            V c60 = default, c61 = default, c70 = default, c71 = default, c80 = default, c81 = default;
            V c90 = default, c91 = default, cA0 = default, cA1 = default, cB0 = default, cB1 = default;

            var seed = tile.Seed + index * tile.SeedNext;
            var seedRow = tile.SeedRow;
            Load<W>(seed, ref c00, ref c01);
            if (R.Value > 1) Load<W>(seed += seedRow, ref c10, ref c11);
            if (R.Value > 2) Load<W>(seed += seedRow, ref c20, ref c21);
            if (R.Value > 3) Load<W>(seed += seedRow, ref c30, ref c31);
            if (R.Value > 4) Load<W>(seed += seedRow, ref c40, ref c41);
            if (R.Value > 5) Load<W>(seed += seedRow, ref c50, ref c51);
            if (R.Value > 6) Load<W>(seed += seedRow, ref c60, ref c61);
            if (R.Value > 7) Load<W>(seed += seedRow, ref c70, ref c71);
            if (R.Value > 8) Load<W>(seed += seedRow, ref c80, ref c81);
            if (R.Value > 9) Load<W>(seed += seedRow, ref c90, ref c91);
            if (R.Value > 10) Load<W>(seed += seedRow, ref cA0, ref cA1);
            if (R.Value > 11) Load<W>(seed += seedRow, ref cB0, ref cB1);

            var c = tile.C + index * (W.Value * L.Count);
            Prefetch<R, W>(index + 1 < tiles ? c + W.Value * L.Count : tile.C + R.Value * tile.CRow, tile.CRow);

            // The processor's own prefetcher stops at each page; in place, every step of B may be on another one.
            var b = tile.B + index * tile.BNext;
            var bStep = tile.BStep;
            var ahead = bStep == W.Value * L.Count ? 12 * bStep : 4 * bStep;

            // Four pointers, three rows from each: base, base + row, base + 2 rows are addresses the processor forms.
            var row = tile.ARow;
            var row2 = 2 * row;
            var aStep = tile.AStep;
            var a0 = tile.A;
            var a3 = a0 + 3 * row;
            var a6 = a0 + 6 * row;
            var a9 = a0 + 9 * row;

            // A transposed A in place has a page for each step: the last tile prefetches the next strip's columns.
            var behind = row == 1 && index + 1 == tiles ? (2 * R.Value) - 1 : 0;
            for (var p = tile.Steps; p > 0; p--)
            {
                var b0 = L.Load(in *b);
                var b1 = W.Value > 1 ? L.Load(in b[L.Count]) : default;
                if (Sse.IsSupported)
                {
                    Sse.Prefetch0(b + ahead);
                    if (W.Value > 1)
                        Sse.Prefetch0(b + ahead + L.Count);
                    Sse.Prefetch0(a0 + behind);
                }

                b += bStep;
                Add<W>(*a0, b0, b1, ref c00, ref c01);
                if (R.Value > 1) Add<W>(a0[row], b0, b1, ref c10, ref c11);
                if (R.Value > 2) Add<W>(a0[row2], b0, b1, ref c20, ref c21);
                a0 += aStep;
                if (R.Value > 3) Add<W>(*a3, b0, b1, ref c30, ref c31);
                if (R.Value > 4) Add<W>(a3[row], b0, b1, ref c40, ref c41);
                if (R.Value > 5) Add<W>(a3[row2], b0, b1, ref c50, ref c51);
                if (R.Value > 3) a3 += aStep;
                if (R.Value > 6) Add<W>(*a6, b0, b1, ref c60, ref c61);
                if (R.Value > 7) Add<W>(a6[row], b0, b1, ref c70, ref c71);
                if (R.Value > 8) Add<W>(a6[row2], b0, b1, ref c80, ref c81);
                if (R.Value > 6) a6 += aStep;
                if (R.Value > 9) Add<W>(*a9, b0, b1, ref c90, ref c91);
                if (R.Value > 10) Add<W>(a9[row], b0, b1, ref cA0, ref cA1);
                if (R.Value > 11) Add<W>(a9[row2], b0, b1, ref cB0, ref cB1);
                if (R.Value > 9) a9 += aStep;
            }

            var cRow = tile.CRow;
            Store<W>(c, c00, c01);
            if (R.Value > 1) Store<W>(c += cRow, c10, c11);
            if (R.Value > 2) Store<W>(c += cRow, c20, c21);
            if (R.Value > 3) Store<W>(c += cRow, c30, c31);
            if (R.Value > 4) Store<W>(c += cRow, c40, c41);
            if (R.Value > 5) Store<W>(c += cRow, c50, c51);
            if (R.Value > 6) Store<W>(c += cRow, c60, c61);
            if (R.Value > 7) Store<W>(c += cRow, c70, c71);
            if (R.Value > 8) Store<W>(c += cRow, c80, c81);
            if (R.Value > 9) Store<W>(c += cRow, c90, c91);
            if (R.Value > 10) Store<W>(c += cRow, cA0, cA1);
            if (R.Value > 11) Store<W>(c += cRow, cB0, cB1);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load<W>(T* source, ref V c0, ref V c1)
        where W : ICount
    {
        // bounds: the caller's row has W vectors
        c0 = L.Load(in *source);
        if (W.Value > 1)
            c1 = L.Load(in source[L.Count]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<W>(T a, V b0, V b1, ref V c0, ref V c1)
        where W : ICount
    {
        var broadcast = L.Broadcast(a);
        c0 = L.MultiplyAdd(broadcast, b0, c0);
        if (W.Value > 1)
            c1 = L.MultiplyAdd(broadcast, b1, c1);
    }

    /// <summary>Prefetches the next tile of C, so that it is in the cache when its sums are stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Prefetch<R, W>(T* c, nint cRow)
        where R : ICount
        where W : ICount
    {
        if (!Sse.IsSupported)
            return;
        for (var i = 0; i < R.Value; i++, c += cRow)
        {
            Sse.Prefetch0(c);
            if (W.Value > 1)
                Sse.Prefetch0(c + L.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<W>(T* destination, V c0, V c1)
        where W : ICount
    {
        // bounds: the caller's row has W vectors
        L.Store(c0, ref *destination);
        if (W.Value > 1)
            L.Store(c1, ref destination[L.Count]);
    }
}
