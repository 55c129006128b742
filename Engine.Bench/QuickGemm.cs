using System.Diagnostics;
using System.Text.Json;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>The matrix product in float over the shapes of training, beside the processor's own limit.</summary>
internal static class QuickGemm
{
    private static readonly JsonSerializerOptions SnakeCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly (int M, int N, int K)[] Shapes =
    [
        (64, 64, 64), (128, 128, 128), (512, 512, 512), (1024, 1024, 1024),
        (2048, 128, 128), (2048, 512, 128), (4096, 9712, 128),
    ];

    public static void Run(QuickOptions options)
    {
        using var team = new ThreadTeam(options.Threads);
        foreach (var (m, n, k) in Shapes)
        {
            var (gflops, peak) = Measure(m, n, k, team, options.Seconds);
            Console.WriteLine(JsonSerializer.Serialize(new Line(
                "gemm", m, n, k, options.Threads, Math.Round(gflops, 2), Math.Round(peak, 2)), SnakeCase));
        }
    }

    /// <summary>The best of many runs; the peak is measured in turns with them, as the clock rate drifts.</summary>
    private static (double Gflops, double Peak) Measure(int m, int n, int k, ThreadTeam team, double seconds)
    {
        var a = Random(m * k, seed: 1);
        var b = Random(k * n, seed: 2);
        var c = new float[m * n];
        var flops = 2.0 * m * n * k;
        var repeats = (int)Math.Max(1, 2e8 / flops);
        var (best, peak) = (0.0, 0.0);
        var start = Stopwatch.GetTimestamp();
        do
        {
            peak = Math.Max(peak, Peak.Gflops(team));
            var begin = Stopwatch.GetTimestamp();
            for (var r = 0; r < repeats; r++)
                MatrixProduct.Multiply(new MatrixView<float>(a, m, k), new MatrixView<float>(b, k, n), c, n, team: team);
            best = Math.Max(best, flops * repeats / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        return (best, peak);
    }

    private static float[] Random(int length, long seed)
    {
        var random = new RandomStream(seed);
        var numbers = new float[length];
        foreach (ref var number in numbers.AsSpan())
            number = (float)(2 * random.NextUniform() - 1);
        return numbers;
    }

    private sealed record Line(
        string Case, int M, int N, int K, int Threads, double Gflops, double PeakGflops);
}
