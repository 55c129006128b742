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

    /// <summary>Runs <paramref name="count"/> products of one shape, their operands so many numbers apart.</summary>
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
                for (var row = 0; row < product.M; row += TileRows)
                    Strip(product, plan, row, column, step);
    }

    /// <summary>How wide the panel of the last <paramref name="columns"/> columns is: one vector or two.</summary>
    public static int PanelWidth(int columns) => columns > L.Count ? TileColumns : L.Count;

    /// <summary>A tile's height of A, which stays in the L1 cache, against a block of B, which stays in L2.</summary>
    private static void Strip(in Product<T> product, in Plan plan, int row, int column, int step)
    {
        var rows = Math.Min(TileRows, product.M - row);
        var columns = Math.Min(plan.Columns, product.N - column);
        var steps = Math.Min(plan.Steps, product.K - step);
        var resumes = step > 0 || product.Accumulate;
        var relu = product.Relu && step + steps == product.K;
        var a = product.A + row * product.ARow + step * product.AColumn;
        if (plan.PackA)
            Packing.Pack(a, product.ARow, product.AColumn, rows, steps, plan.StripOfA, rows);

        for (var j = 0; j < columns; j += TileColumns)
        {
            var tileColumns = Math.Min(TileColumns, columns - j);
            var b = PanelOfB(product, plan, column, j, tileColumns, step, steps, pack: row == 0, out var bStep);
            var c = product.C + row * product.CRow + column + j;
            var first = product.Bias is null ? plan.Zeros : product.Bias + column + j;
            var tile = new Tile<T>
            {
                A = plan.PackA ? plan.StripOfA : a,
                ARow = plan.PackA ? 1 : product.ARow,
                AStep = plan.PackA ? rows : product.AColumn,
                B = b,
                BStep = bStep,
                Steps = steps,
                Seed = resumes ? c : first,
                SeedRow = resumes ? product.CRow : 0,
                C = c,
                CRow = product.CRow,
                Next = j + TileColumns < columns ? c + TileColumns : c - j + TileRows * product.CRow,
            };
            if (tileColumns % L.Count == 0)
                Whole(tile, rows, tileColumns / L.Count, relu);
            else
                Ragged(tile, rows, tileColumns, relu, plan.RaggedTile);
        }
    }

    /// <summary>Where the micro-kernel reads a panel of B: packed by the caller, in place, or packed here.</summary>
    private static T* PanelOfB(
        in Product<T> product, in Plan plan, int block, int j, int columns, int step, int steps, bool pack,
        out nint bStep)
    {
        var width = PanelWidth(columns);
        bStep = width;
        if (product.Packed is not null)
            return product.Packed + step * product.PackedColumns + (product.PackedFrom + block + j) * steps;

        var source = product.B + step * product.BRow + (block + j) * product.BColumn;
        if (!plan.PackB && columns == width)
        {
            bStep = product.BRow;
            return source;
        }

        var panel = plan.PanelsOfB + (nint)j * steps;
        if (pack)
            Packing.Pack(source, product.BColumn, product.BRow, columns, steps, panel, width);
        return panel;
    }

    private static void Whole(in Tile<T> tile, int rows, int vectors, bool relu)
    {
        MicroKernel<T, V, L>.Multiply(tile, rows, vectors);
        if (relu)
            Relu(tile.C, tile.CRow, rows, vectors);
    }

    /// <summary>A tile whose columns are no whole number of vectors is computed aside and copied.</summary>
    private static void Ragged(in Tile<T> tile, int rows, int columns, bool relu, T* aside)
    {
        var width = PanelWidth(columns);
        for (var i = 0; i < rows; i++)
            new Span<T>(tile.Seed + i * tile.SeedRow, columns).CopyTo(new Span<T>(aside + i * width, columns));
        Whole(tile with { Seed = aside, SeedRow = width, C = aside, CRow = width }, rows, width / L.Count, relu);
        for (var i = 0; i < rows; i++)
            new Span<T>(aside + i * width, columns).CopyTo(new Span<T>(tile.C + i * tile.CRow, columns));
    }

    private static void Relu(T* c, nint cRow, int rows, int vectors)
    {
        for (; rows > 0; rows--, c += cRow)
            for (var v = 0; v < vectors; v++)
            {
                ref var numbers = ref c[v * L.Count];
                L.Store(L.Max(L.Load(in numbers), L.Broadcast(T.Zero)), ref numbers);
            }
    }

    private static void AddBias(in Product<T> product)
    {
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

        public required T* StripOfA { get; init; }

        public required T* PanelsOfB { get; init; }

        public static Plan Of(in Product<T> product)
        {
            var steps = Blocking.Steps(product.K);
            var columns = Blocking.Columns(steps, sizeof(T), TileColumns);
            var sizeOfB = product.Packed is not null
                ? 0
                : (nint)steps * TileColumns * Blocking.CeilingDivide(Math.Min(columns, product.N), TileColumns);
            var scratch = Scratch<T>.Rent(((1 + TileRows) * TileColumns) + (steps * TileRows) + sizeOfB);
            var aside = scratch + TileColumns;
            var panelsOfB = aside + (TileRows * TileColumns); // on a cache line, as all before it are
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
                StripOfA = panelsOfB + sizeOfB,
            };
        }
    }
}
