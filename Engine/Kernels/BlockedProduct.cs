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

    public static void Run(in Product<T> product)
    {
        var plan = Plan.Of(product);
        if (product.Accumulate && product.Bias is not null)
            AddBias(product);
        for (var column = 0; column < product.N; column += Blocking.MaxColumns)
            for (var step = 0; step == 0 || step < product.K; step += plan.Steps)
                for (var row = 0; row < product.M; row += Blocking.MaxRows)
                    Block(product, plan, row, column, step);
    }

    /// <summary>How wide the panel of the last <paramref name="columns"/> columns is: one vector or two.</summary>
    public static int PanelWidth(int columns) => columns > L.Count ? TileColumns : L.Count;

    private static void Block(in Product<T> product, in Plan plan, int row, int column, int step)
    {
        var rows = Math.Min(Blocking.MaxRows, product.M - row);
        var columns = Math.Min(Blocking.MaxColumns, product.N - column);
        var steps = Math.Min(plan.Steps, product.K - step);
        var last = step + steps == product.K;

        for (var j = 0; j < columns; j += TileColumns)
        {
            var tileColumns = Math.Min(TileColumns, columns - j);
            var b = PanelOfB(product, plan, column + j, tileColumns, step, steps, fresh: row == 0, out var bStep);
            for (var i = 0; i < rows; i += TileRows)
            {
                var tileRows = Math.Min(TileRows, rows - i);
                var a = product.A + (row + i) * product.ARow + step * product.AColumn;
                var aRow = product.ARow;
                var aStep = product.AColumn;
                if (plan.PackA)
                {
                    var panel = plan.PanelsOfA + (nint)i * plan.Steps;
                    if (j == 0)
                        Packing.Pack(a, aRow, aStep, tileRows, steps, panel, tileRows);
                    a = panel;
                    aRow = 1;
                    aStep = tileRows;
                }

                var c = product.C + (row + i) * product.CRow + column + j;
                var resumes = step > 0 || product.Accumulate;
                var first = product.Bias is null ? plan.Zeros : product.Bias + column + j;
                var tile = new Tile<T>
                {
                    A = a, ARow = aRow, AStep = aStep, B = b, BStep = bStep, Steps = steps,
                    Seed = resumes ? c : first, SeedRow = resumes ? product.CRow : 0, C = c, CRow = product.CRow,
                };
                var relu = last && product.Relu;
                if (tileColumns % L.Count == 0)
                    Whole(tile, tileRows, tileColumns / L.Count, relu);
                else
                    Ragged(tile, tileRows, tileColumns, relu, plan.RaggedTile);
            }
        }
    }

    /// <summary>Where the micro-kernel reads a panel of B: packed by the caller, in place, or packed here.</summary>
    private static T* PanelOfB(
        in Product<T> product, in Plan plan, int column, int columns, int step, int steps, bool fresh, out nint bStep)
    {
        var width = PanelWidth(columns);
        bStep = width;
        if (product.Packed is not null)
            return product.Packed + step * product.PackedColumns + (product.PackedFrom + column) * steps;

        var source = product.B + step * product.BRow + column * product.BColumn;
        if (!plan.PackB && columns == width)
        {
            bStep = product.BRow;
            return source;
        }

        var panel = plan.PanelsOfB;
        if (product.M > Blocking.MaxRows)
            panel += column % Blocking.MaxColumns * (nint)plan.Steps;
        if (fresh)
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

    /// <summary>Which operands are packed, and where to.</summary>
    private readonly struct Plan
    {
        public required int Steps { get; init; }

        public required bool PackA { get; init; }

        public required bool PackB { get; init; }

        public required T* Zeros { get; init; }

        public required T* RaggedTile { get; init; }

        public required T* PanelsOfA { get; init; }

        public required T* PanelsOfB { get; init; }

        public static Plan Of(in Product<T> product)
        {
            var steps = Blocking.Steps(product.K);
            var packB = product.BColumn != 1 || product.M > TileRows * 4;
            var packA = product.AColumn == 1 ? product.N > 16 * TileColumns : product.N > TileColumns;

            // A block of rows that is the only one uses each panel of B at once: they share one place, in L1.
            var columns = product.M > Blocking.MaxRows ? Math.Min(product.N, Blocking.MaxColumns) : TileColumns;
            var sizeOfB = (long)steps * Blocking.CeilingDivide(columns, TileColumns) * TileColumns;
            var sizeOfA = packA ? (long)steps * Math.Min(product.M, Blocking.MaxRows) : 0;
            var scratch = Scratch<T>.Rent(TileColumns + (TileRows * TileColumns) + sizeOfB + sizeOfA);
            new Span<T>(scratch, TileColumns).Clear();
            var aside = scratch + TileColumns;
            var panelsOfB = aside + (TileRows * TileColumns);
            return new Plan
            {
                Steps = steps,
                PackA = packA,
                PackB = packB,
                Zeros = scratch,
                RaggedTile = aside,
                PanelsOfB = panelsOfB,
                PanelsOfA = panelsOfB + sizeOfB,
            };
        }
    }
}
