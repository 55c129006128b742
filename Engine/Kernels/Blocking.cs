namespace Engine.Kernels;

/// <summary>How the loops of a matrix product are cut so that what is reused stays in a cache.</summary>
internal static class Blocking
{
    /// <summary>Steps of k in a block: a strip of A (12 floats a step) then fills half of a 48 KB L1 cache.</summary>
    private const int MaxSteps = 512;

    /// <summary>Bytes of B in a block: half of a 2 MB L2 cache.</summary>
    private const int BytesOfB = 1 << 20;

    /// <summary>Below so many rows B is used too little to be worth packing.</summary>
    public const int RowsToPackB = 48;

    /// <summary>Up to so many columns A is read in place if its rows are contiguous; beyond, packing it pays.</summary>
    public const int ColumnsInPlace = 256;

    /// <summary>Steps of each block (the last may have fewer) of a product over <paramref name="k"/>.</summary>
    public static int Steps(int k)
    {
        var blocks = Math.Max(1, CeilingDivide(k, MaxSteps));
        return Math.Max(1, CeilingDivide(k, blocks));
    }

    /// <summary>Columns of a block of B that has <paramref name="steps"/> rows: whole panels.</summary>
    public static int Columns(int steps, int sizeOfNumber, int panelWidth)
    {
        var panels = BytesOfB / (steps * sizeOfNumber * panelWidth);
        return Math.Max(1, panels) * panelWidth;
    }

    public static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);
}
