using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// The loops around the micro-kernel, on one thread (Goto and van de Geijn 2008; Van Zee and van de Geijn 2015).
/// </summary>
/// <remarks>
/// Each element of C is one chain of fused multiply-adds in the order of k, begun at its seed: blocks only save and
/// reload it. Its bits therefore depend neither on the blocking, nor on the threads, nor on the vector's width.
/// </remarks>
internal static unsafe class BlockedProduct<T, V, L>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : unmanaged
    where L : ILanes<T, V>
{
    private static int TileRows => MicroKernel<T, V, L>.MaxRows;

    private static int TileColumns => MicroKernel<T, V, L>.MaxColumns;

    /// <summary>
    /// Runs <paramref name="count"/> products of one shape; the steps are the distances from an operand or a result to
    /// that of the next product.
    /// </summary>
    public static void Run(in Product<T> product, int count, int aStep, int bStep, int cStep)
    {
        var plan = Plan.Of(product);
        Run(product, plan);
        for (nint i = 1; i < count; i++)
            Run(
                product with
                {
                    A = product.A + i * aStep, B = product.B + i * bStep, C = product.C + i * cStep,
                },
                plan);
    }

    private static void Run(in Product<T> product, in Plan plan)
    {
        if (product.Accumulate && product.Bias is not null)
            AddBias(product);
        for (var column = 0; column < product.N; column += plan.Columns)
            for (var step = 0; step == 0 || step < product.K; step += plan.Steps)
            {
                var columns = Math.Min(plan.Columns, product.N - column);
                var steps = Math.Min(plan.Steps, product.K - step);
                if (product.Packed is null)
                    PackB(product, plan, column, columns, step, steps);
                for (var row = 0; row < product.M; row += TileRows)
                    Strip(product, plan, row, column, columns, step, steps);
            }
    }

    /// <summary>How wide the panel of the last <paramref name="columns"/> columns is: one vector or two.</summary>
    public static int PanelWidth(int columns) => columns > L.Count ? TileColumns : L.Count;

    /// <summary>
    /// Multiplies a strip of A, which is as high as a tile and stays in the L1 cache, by a block of B, which stays in
    /// L2.
    /// </summary>
    private static void Strip(
        in Product<T> product, in Plan plan, int row, int column, int columns, int step, int steps)
    {
        var rows = Math.Min(TileRows, product.M - row);
        var resumes = step > 0 || product.Accumulate;
        var relu = product.Relu && step + steps == product.K;
        var packed = plan.StripsOfA + (nint)(row / TileRows % Blocking.StripsOfA) * TileRows * steps;
        if (plan.PackA && row % (Blocking.StripsOfA * TileRows) == 0)
            PackStrips(product, plan, row, step, steps);

        var c = product.C + row * product.CRow + column;
        var tile = new Tile<T>
        {
            A = plan.PackA ? packed : product.A + row * product.ARow + step * product.AColumn,
            ARow = plan.PackA ? 1 : product.ARow,
            AStep = plan.PackA ? rows : product.AColumn,
            B = PanelOfB(product, plan, column, 0, TileColumns, step, steps),
            BStep = plan.InPlace(product) ? product.BRow : TileColumns,
            BNext = plan.InPlace(product) ? TileColumns : (nint)TileColumns * steps,
            Steps = steps,
            Seed = resumes ? c : product.Bias is null ? plan.Zeros : product.Bias + column,
            SeedRow = resumes ? product.CRow : 0,
            SeedNext = resumes || product.Bias is not null ? TileColumns : 0,
            C = c,
            CRow = product.CRow,
        };
        var whole = columns / TileColumns;
        if (whole > 0)
            MicroKernel<T, V, L>.Multiply(tile, rows, 2, whole);

        var j = whole * TileColumns;
        if (j < columns)
        {
            var rest = columns - j;
            var inPlace = plan.InPlace(product) && rest == L.Count;
            tile = tile with
            {
                B = PanelOfB(product, plan, column, j, rest, step, steps),
                BStep = inPlace ? product.BRow : PanelWidth(rest),
                Seed = tile.Seed + whole * tile.SeedNext,
                C = c + j,
            };
            if (rest == L.Count)
                MicroKernel<T, V, L>.Multiply(tile, rows, 1, 1);
            else
                Ragged(tile, rows, rest, plan.RaggedTile);
        }

        if (relu)
            Relu(c, product.CRow, rows, columns);
    }

    /// <summary>Packs the next <see cref="Blocking.StripsOfA"/> strips of A, or the rest of A.</summary>
    private static void PackStrips(in Product<T> product, in Plan plan, int row, int step, int steps)
    {
        var rows = Math.Min(Blocking.StripsOfA * TileRows, product.M - row);
        var a = product.A + row * product.ARow + step * product.AColumn;
        var (whole, rest) = Math.DivRem(rows, TileRows);
        Packing.PackStrips(a, product.ARow, product.AColumn, whole, TileRows, steps, plan.StripsOfA);
        if (rest > 0)
            Packing.Pack(
                a + whole * TileRows * product.ARow, product.ARow, product.AColumn, rest, steps,
                plan.StripsOfA + (nint)whole * TileRows * steps, rest);
    }

    /// <summary>Packs a block of B; if B is read in place, only the last columns, which fill no panel.</summary>
    private static void PackB(in Product<T> product, in Plan plan, int column, int columns, int step, int steps)
    {
        var source = product.B + step * product.BRow + column * product.BColumn;
        var whole = columns / TileColumns;
        var j = whole * TileColumns;
        if (plan.PackB)
            Packing.PackPanels(
                source, product.BColumn, product.BRow, whole, TileColumns, steps, plan.PanelsOfB);
        if (j < columns && !(plan.InPlace(product) && columns - j == L.Count))
            Packing.Pack(
                source + j * product.BColumn, product.BColumn, product.BRow, columns - j, steps,
                plan.PanelsOfB + (nint)j * steps, PanelWidth(columns - j));
    }

    /// <summary>Where the micro-kernel reads a panel of B: in a packed matrix, in place, or packed by PackB.</summary>
    private static T* PanelOfB(
        in Product<T> product, in Plan plan, int block, int j, int columns, int step, int steps) =>
        product.Packed is not null
            ? product.Packed + step * product.PackedColumns + (product.PackedFrom + block + j) * steps
            : plan.InPlace(product) && columns % L.Count == 0
                ? product.B + step * product.BRow + (block + j) * product.BColumn
                : plan.PanelsOfB + (nint)j * steps;

    /// <summary>
    /// Computes a tile whose columns are not whole vectors in scratch memory, and copies its columns.
    /// </summary>
    private static void Ragged(in Tile<T> tile, int rows, int columns, T* aside)
    {
        // bounds: aside has TileRows rows of TileColumns numbers; seeds and C have "columns" numbers in each row
        var width = PanelWidth(columns);
        for (var i = 0; i < rows; i++)
            new Span<T>(tile.Seed + i * tile.SeedRow, columns).CopyTo(new Span<T>(aside + i * width, columns));
        MicroKernel<T, V, L>.Multiply(
            tile with { Seed = aside, SeedRow = width, C = aside, CRow = width }, rows, width / L.Count, 1);
        for (var i = 0; i < rows; i++)
            new Span<T>(aside + i * width, columns).CopyTo(new Span<T>(tile.C + i * tile.CRow, columns));
    }

    private static void Relu(T* c, nint cRow, int rows, int columns)
    {
        // bounds: Strip gives rows and columns of C that lie within M and N
        for (; rows > 0; rows--, c += cRow)
            Elementwise.Map<T, Relu<T>, V, L>(default, new Span<T>(c, columns), new Span<T>(c, columns), false);
    }

    private static void AddBias(in Product<T> product)
    {
        // bounds: MatrixProduct has checked that C has M rows of N numbers at its stride, and the bias N numbers
        for (var i = 0; i < product.M; i++)
        {
            var row = product.C + i * product.CRow;
            for (var j = 0; j < product.N; j++)
                row[j] += product.Bias[j];
        }
    }

    /// <summary>Which operands are packed, how large the blocks are, and this thread's scratch memory.</summary>
    private readonly struct Plan
    {
        public required int Steps { get; init; }

        public required int Columns { get; init; }

        public required bool PackA { get; init; }

        public required bool PackB { get; init; }

        public required T* Zeros { get; init; }

        public required T* RaggedTile { get; init; }

        public required T* StripsOfA { get; init; }

        public required T* PanelsOfB { get; init; }

        /// <summary>Whether the micro-kernel reads whole vectors of B's rows in place.</summary>
        public bool InPlace(in Product<T> product) => product.Packed is null && !PackB;

        public static Plan Of(in Product<T> product)
        {
            var steps = Blocking.Steps(product.K);
            var columns = Blocking.Columns(steps, sizeof(T), TileColumns);
            var sizeOfB = product.Packed is not null
                ? 0
                : (nint)steps * TileColumns * Blocking.CeilingDivide(Math.Min(columns, product.N), TileColumns);
            var sizeOfA = Blocking.StripsOfA * steps * TileRows;
            var scratch = Scratch<T>.Rent(((1 + TileRows) * TileColumns) + sizeOfA + sizeOfB);
            var aside = scratch + TileColumns;
            var panelsOfB = aside + (TileRows * TileColumns); // on a cache line, as all before it are
            // bounds: the scratch memory begins with TileColumns numbers, the zeros
            new Span<T>(scratch, TileColumns).Clear();
            return new Plan
            {
                Steps = steps,
                Columns = columns,
                PackA = Blocking.PackA(product.N, product.ARow, product.AColumn),
                PackB = Blocking.PackB(product.M, product.BRow, product.BColumn),
                Zeros = scratch,
                RaggedTile = aside,
                PanelsOfB = panelsOfB,
                StripsOfA = panelsOfB + sizeOfB,
            };
        }
    }
}
