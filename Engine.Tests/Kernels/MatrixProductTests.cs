using Engine.Kernels;
using static Engine.Tests.Kernels.MatrixProductCases;

namespace Engine.Tests.Kernels;

public sealed class MatrixProductTests : IDisposable
{
    private readonly ThreadTeam two = new(2);
    private readonly ThreadTeam three = new(3);

    public void Dispose()
    {
        two.Dispose();
        three.Dispose();
    }

    [Fact]
    public void Every_tile_height_and_width_has_the_bits_of_the_formula()
    {
        for (var m = 1; m <= 26; m++)
            for (var n = 1; n <= 70; n += n % 16 is 0 or 1 ? 1 : 5)
            {
                Compare<float>(new Case(m, n, K: 7, Seed: m + n));
                Compare<double>(new Case(m, n, K: 7, Seed: m + n));
            }
    }

    [Theory]
    [InlineData(1, 64, 1)]
    [InlineData(60, 100, 256)]
    [InlineData(60, 33, 257)]
    [InlineData(49, 520, 300)]
    [InlineData(13, 1100, 70)]
    [InlineData(959, 33, 20)]
    [InlineData(961, 65, 9)]
    [InlineData(5, 4097, 3)]
    [InlineData(970, 4133, 2)]
    [InlineData(7, 5, 0)]
    public void Shapes_that_straddle_block_edges_have_the_bits_of_the_formula(int m, int n, int k)
    {
        foreach (var options in AllOptions(m, n, k))
        {
            Compare<float>(options);
            if (m * n * k < 1 << 20)
                Compare<double>(options);
        }
    }

    [Fact]
    public void Random_shapes_strides_and_epilogues_have_the_bits_of_the_formula()
    {
        var random = new RandomStream(2024);
        for (var i = 0; i < 250; i++)
        {
            var options = new Case(
                1 + random.NextInteger(150), 1 + random.NextInteger(150), random.NextInteger(100),
                (Order)random.NextInteger(3), (Order)random.NextInteger(3), random.NextInteger(3),
                random.NextInteger(2) == 0, random.NextInteger(2) == 0, random.NextInteger(2) == 0, i);
            Compare<float>(options);
            Compare<double>(options);
        }
    }

    [Fact]
    public void The_bits_are_the_same_for_any_number_of_threads()
    {
        foreach (var (m, n, k) in new[] { (700, 130, 300), (40, 2100, 90), (300, 301, 302), (3000, 33, 20) })
        {
            var a = Numbers<float>(m * k, 1);
            var b = Numbers<float>(k * n, 2);
            var bias = Numbers<float>(n, 3);
            var packed = new PackedMatrix<float>(new MatrixView<float>(b, k, n));
            var alone = new float[m * n];
            MatrixProduct.Multiply(
                new MatrixView<float>(a, m, k), new MatrixView<float>(b, k, n), alone, n,
                epilogue: new(bias, relu: true));
            foreach (var team in new[] { two, three })
            {
                var shared = new float[m * n];
                MatrixProduct.Multiply(
                    new MatrixView<float>(a, m, k), new MatrixView<float>(b, k, n), shared, n,
                    epilogue: new(bias, relu: true), team: team);
                Assert.Equal(alone, shared);

                var fromPacked = new float[m * n];
                MatrixProduct.Multiply(
                    new MatrixView<float>(a, m, k), packed, fromPacked, n, epilogue: new(bias, relu: true), team: team);
                Assert.Equal(alone, fromPacked);
            }
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_as_in_a_batch()
    {
        const int M = 50, N = 90, K = 600;
        var a = Numbers<float>(M * K, 1);
        var b = Numbers<float>(K * N, 2);
        var batch = new float[M * N];
        MatrixProduct.Multiply(new MatrixView<float>(a, M, K), new MatrixView<float>(b, K, N), batch, N);
        var row = new float[N];
        MatrixProduct.Multiply(new MatrixView<float>(a.AsSpan(17 * K), 1, K), new MatrixView<float>(b, K, N), row, N);
        Assert.Equal(batch[(17 * N)..(18 * N)], row);
    }

    [Fact]
    public void Products_of_one_shape_in_one_call_have_the_bits_of_each_alone()
    {
        const int Count = 3, M = 14, N = 37, K = 9, ARow = Count * K, BRow = Count * N;
        var (a, b) = (Numbers<float>(M * ARow, 1), Numbers<float>(K * BRow, 2));
        var (together, alone) = (new float[Count * M * N], new float[Count * M * N]);
        MatrixProduct.MultiplyEach<float>(
            Count, new MatrixView<float>(a, M, K, ARow), K, new MatrixView<float>(b, K, N, BRow), N, together, N,
            M * N);
        for (var i = 0; i < Count; i++)
            MatrixProduct.Multiply<float>(
                new MatrixView<float>(a.AsSpan(i * K), M, K, ARow), new MatrixView<float>(b.AsSpan(i * N), K, N, BRow),
                alone.AsSpan(i * M * N), N);
        Assert.Equal(alone, together);
    }

    [Fact]
    public void The_last_of_several_products_must_lie_within_its_operands()
    {
        var numbers = new float[12];
        var error = Assert.Throws<ArgumentException>(() => MatrixProduct.MultiplyEach<float>(
            2, new MatrixView<float>(numbers, 2, 3), 7, new MatrixView<float>(numbers, 3, 2), 0, new float[8], 2, 4));
        Assert.Equal("a [2, 3] operand that starts at number 7 does not lie within 12 numbers", error.Message);
    }

    [Fact]
    public void A_packed_matrix_can_be_packed_again()
    {
        var packed = new PackedMatrix<double>(new MatrixView<double>(Numbers<double>(12, 1), 3, 4));
        foreach (var (k, n) in new[] { (300, 45), (20, 7) })
        {
            var a = Numbers<double>(2 * k, 2);
            var b = Numbers<double>(k * n, 3);
            var (expected, actual) = (new double[2 * n], new double[2 * n]);
            packed.Pack(new MatrixView<double>(b, n, k).Transposed);
            MatrixProductTwin.Multiply(
                new MatrixView<double>(a, 2, k), new MatrixView<double>(b, n, k).Transposed, expected, n);
            MatrixProduct.Multiply(new MatrixView<double>(a, 2, k), packed, actual, n);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void A_product_allocates_nothing_once_its_scratch_memory_exists()
    {
        const int Size = 130;
        var a = Numbers<float>(Size * Size, 1);
        var c = new float[Size * Size];
        Allocated();
        // A garbage collection, which another test may cause meanwhile, counts the rest of the thread's block as
        // allocated. What a product allocates would be counted every time.
        Assert.Equal(0, Enumerable.Range(0, 5).Min(_ => Allocated()));

        long Allocated()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var run = 0; run < 10; run++)
            {
                MatrixProduct.Multiply(
                    new MatrixView<float>(a, Size, Size).Transposed, new MatrixView<float>(a, Size, Size), c, Size,
                    team: two);
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void NaN_survives_relu()
    {
        var c = new float[1];
        MatrixProduct.Multiply(
            new MatrixView<float>([float.NaN], 1, 1), new MatrixView<float>([1f], 1, 1), c, 1,
            epilogue: new([], relu: true));
        Assert.Equal(float.NaN, c[0]);
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_refused()
    {
        var six = new float[6];
        Refused("inner dimensions differ: [2, 3] x [2, 3]", () => MatrixProduct.Multiply(
            new MatrixView<float>(six, 2, 3), new MatrixView<float>(six, 2, 3), new float[6], 3));
        Refused("[2, 2] result of row stride 2", () => MatrixProduct.Multiply(
            new MatrixView<float>(six, 2, 3), new MatrixView<float>(six, 3, 2), new float[3], 2));
        Refused("bias of 3", () => MatrixProduct.Multiply(
            new MatrixView<float>(six, 2, 3), new MatrixView<float>(six, 3, 2), new float[4], 2,
            epilogue: new(new float[3])));
        Refused("does not lie within 6", () => _ = new MatrixView<float>(six, 2, 3, 4));
    }

    private static void Refused(string reason, Action action) =>
        Assert.Contains(reason, Assert.Throws<ArgumentException>(action).Message, StringComparison.Ordinal);
}
