namespace Engine.Kernels;

/// <summary>How the three loops of a matrix product are cut so that what is reused stays in a cache.</summary>
internal static class Blocking
{
    /// <summary>Steps of k in a block: a panel of B (32 floats a step) then fills two thirds of a 48 KB L1 cache.</summary>
    private const int MaxSteps = 256;

    /// <summary>Rows of A in a block, a multiple of 12: with 256 steps of floats 960 KB, half of an L2 cache.</summary>
    public const int MaxRows = 960;

    /// <summary>Columns of B in a block; with 256 steps of floats 4 MB, a part of the L3 cache.</summary>
    public const int MaxColumns = 4096;

    /// <summary>Steps of each block but the last, for a product over <paramref name="k"/>; blocks are of even size.</summary>
    public static int Steps(int k)
    {
        var blocks = Math.Max(1, CeilingDivide(k, MaxSteps));
        return Math.Max(1, CeilingDivide(k, blocks));
    }

    public static int CeilingDivide(int a, int b) => (int)(((long)a + b - 1) / b);
}
