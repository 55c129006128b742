using Engine.Kernels;
using static Engine.Tests.Kernels.MatrixProductCases;

namespace Engine.Tests.Kernels;

[Collection(Widths.Alone)]
public class MatrixProductWidthTests
{
    public static TheoryData<int> AllWidths => new(Widths.All.Select(width => (int)width));

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Every_tile_has_the_bits_of_the_formula_at_every_width(int bits)
    {
        using var choice = KernelWidth.Choose((VectorWidth)bits);
        for (var m = 1; m <= 14; m++)
            for (var n = 1; n <= 35; n++)
            {
                Compare<float>(new Case(m, n, K: 7, Seed: m + n));
                Compare<double>(new Case(m, n, K: 7, Seed: m + n));
            }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Blocks_strides_and_epilogues_have_the_bits_of_the_formula_at_every_width(int bits)
    {
        using var choice = KernelWidth.Choose((VectorWidth)bits);
        foreach (var (m, n, k) in new[] { (60, 100, 256), (49, 520, 130), (13, 70, 600), (7, 5, 0) })
            foreach (var options in AllOptions(m, n, k))
            {
                Compare<float>(options);
                Compare<double>(options);
            }
    }

    [Theory]
    [MemberData(nameof(AllWidths))]
    public void Threads_share_a_product_at_every_width(int bits)
    {
        const int M = 300, N = 301, K = 90;
        using var choice = KernelWidth.Choose((VectorWidth)bits);
        using var team = new ThreadTeam(3);
        var (a, b) = (Numbers<float>(M * K, 1), Numbers<float>(K * N, 2));
        var (expected, shared) = (new float[M * N], new float[M * N]);
        MatrixProductTwin.Multiply(new MatrixView<float>(a, M, K), new MatrixView<float>(b, K, N), expected, N);
        MatrixProduct.Multiply(
            new MatrixView<float>(a, M, K), new MatrixView<float>(b, K, N), shared, N, team: team);
        Assert.Equal(expected, shared);
    }
}
