using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// A product divided into rectangles of C, one for each thread. Each thread packs its own operands: packing a part of
/// an operand twice costs less than a barrier between packing and multiplying.
/// </summary>
internal sealed class SharedProduct<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rectangles begin at multiples of these: of every tile's height, and of every panel's width.</summary>
    private const int RowGrain = 12, ColumnGrain = 32;

    [ThreadStatic]
    private static SharedProduct<T>? own;

    private readonly Action<int> part;
    private Product<T> product;
    private int rowParts;
    private int columnParts;

    private SharedProduct() => part = RunPart;

    /// <summary>Runs <paramref name="product"/> in up to <paramref name="parts"/> parts.</summary>
    public static void Run(in Product<T> product, int parts, ThreadTeam team)
    {
        var shared = own ??= new SharedProduct<T>();
        (shared.rowParts, shared.columnParts) = Grid(product.M, product.N, parts);
        shared.product = product;
        team.Run(shared.rowParts * shared.columnParts, shared.part);
    }

    /// <summary>The grid of the least cost: compact rectangles read the least of A and B.</summary>
    private static (int Rows, int Columns) Grid(int m, int n, int parts)
    {
        var (best, bestCost) = ((1, 1), double.MaxValue);
        for (var rows = 1; rows <= parts; rows++)
        {
            var columns = parts / rows;
            var (height, width) = (Share(m, rows, RowGrain), Share(n, columns, ColumnGrain));

            // The first term is the time of the slowest part, the second its packing.
            var cost = ((double)height * width) + (8.0 * (height + width));
            if (cost < bestCost)
                (best, bestCost) = ((rows, columns), cost);
        }

        return best;
    }

    /// <summary>The size of one of several parts of <paramref name="size"/>, a multiple of the grain.</summary>
    private static int Share(int size, int parts, int grain) =>
        Blocking.CeilingDivide(Blocking.CeilingDivide(size, grain), parts) * grain;

    private void RunPart(int index)
    {
        var (height, width) = (Share(product.M, rowParts, RowGrain), Share(product.N, columnParts, ColumnGrain));
        var (row, column) = (index / columnParts * height, index % columnParts * width);
        var (rows, columns) = (Math.Min(height, product.M - row), Math.Min(width, product.N - column));
        if (rows > 0 && columns > 0)
            MatrixProduct.RunPart(product.Part(row, rows, column, columns));
    }
}
