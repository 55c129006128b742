namespace Engine.Kernels;

/// <summary>The sizes of the blocks of a matrix product: operands that are reused stay in a cache.</summary>
internal static class Blocking
{
    /// <summary>Steps of k in a block: a strip of A (12 floats a step) then fills half of a 48 KB L1 cache.</summary>
    private const int MaxSteps = 512;

    /// <summary>
    /// Strips of A that are packed together: side by side in a transposed A, four of 12 floats fill three cache lines.
    /// </summary>
    public const int StripsOfA = 4;

    /// <summary>Bytes of B in a block: half of a 2 MB L2 cache.</summary>
    private const int BytesOfB = 1 << 20;

    /// <summary>Steps of each block (the last may have fewer) of a product over <paramref name="k"/>.</summary>
    public static int Steps(int k)
    {
        var blocks = Math.Max(1, CeilingDivide(k, MaxSteps));
        return Math.Max(1, CeilingDivide(k, blocks));
    }

    /// <summary>
    /// Whether A is packed. A row-major A is read in place. A transposed A, which touches another page with each step,
    /// and an A at other strides, whose numbers are gathered one by one, are packed for a product with enough columns.
    /// </summary>
    public static bool PackA(int n, nint rowStride, nint columnStride) =>
        columnStride != 1 && n > (rowStride == 1 ? 256 : 32);

    /// <summary>
    /// Whether B is packed: its rows must be gathered, or A has enough rows to repay the packing (fewer rows where
    /// the rows of B lie far apart).
    /// </summary>
    public static bool PackB(int m, nint rowStride, nint columnStride) =>
        columnStride != 1 || m > (rowStride > 256 ? 48 : 128);

    /// <summary>The columns of a block of B that has <paramref name="steps"/> rows: whole panels.</summary>
    public static int Columns(int steps, int sizeOfNumber, int panelWidth)
    {
        var panels = BytesOfB / (steps * sizeOfNumber * panelWidth);
        return Math.Max(1, panels) * panelWidth;
    }

    public static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);
}
