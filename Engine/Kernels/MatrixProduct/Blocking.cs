namespace Engine.Kernels;

/// <summary>How the loops of a matrix product are cut so that what is reused stays in a cache.</summary>
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
    /// Whether A is used for enough columns to repay its packing. Its rows are read where they lie; a transposed A
    /// touches another page with each step, and the general case gathers numbers one by one.
    /// </summary>
    public static bool PackA(int n, nint rowStride, nint columnStride) =>
        columnStride != 1 && n > (rowStride == 1 ? 256 : 32);

    /// <summary>
    /// Whether B's rows must be gathered, or are used for enough rows of A to repay it: fewer if they lie far apart.
    /// </summary>
    public static bool PackB(int m, nint rowStride, nint columnStride) =>
        columnStride != 1 || m > (rowStride > 256 ? 48 : 128);

    /// <summary>Columns of a block of B that has <paramref name="steps"/> rows: whole panels.</summary>
    public static int Columns(int steps, int sizeOfNumber, int panelWidth)
    {
        var panels = BytesOfB / (steps * sizeOfNumber * panelWidth);
        return Math.Max(1, panels) * panelWidth;
    }

    public static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);
}
