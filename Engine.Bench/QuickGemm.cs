using System.Diagnostics;
using System.Text.Json;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>Measures the matrix product in float over the shapes of training, and the processor's peak.</summary>
internal static class QuickGemm
{
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
                "gemm", m, n, k, options.Threads, Math.Round(gflops, 2), Math.Round(peak, 2)), Quick.SnakeCase));
        }
    }

    /// <summary>
    /// The best of many runs, and the higher of the peaks measured just before and just after it: the clock rate
    /// drifts, and a peak of another moment would not compare.
    /// </summary>
    private static unsafe (double Gflops, double Peak) Measure(int m, int n, int k, ThreadTeam team, double seconds)
    {
        var a = Random(m * k, seed: 1);
        var b = Random(k * n, seed: 2);
        var c = new PinnedMemory<float>(m * n);
        var result = new Span<float>(c.Start, m * n);
        var left = new MatrixView<float>(new Span<float>(a.Start, m * k), m, k);
        var right = new MatrixView<float>(new Span<float>(b.Start, k * n), k, n);
        var flops = 2.0 * m * n * k;
        var repeats = (int)Math.Max(1, 5e7 / flops);
        var (best, peakOfBest) = (0.0, 0.0);
        var peakBefore = Peak.Gflops(team);
        var start = Stopwatch.GetTimestamp();
        do
        {
            var begin = Stopwatch.GetTimestamp();
            for (var r = 0; r < repeats; r++)
                MatrixProduct.Multiply(left, right, result, n, team: team);
            var gflops = flops * repeats / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9;
            var peakAfter = Peak.Gflops(team);
            if (gflops > best)
                (best, peakOfBest) = (gflops, Math.Max(peakBefore, peakAfter));
            peakBefore = peakAfter;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds);

        GC.KeepAlive((a, b, c));
        return (best, peakOfBest);
    }

    /// <summary>Random numbers, aligned to cache lines as the engine's tensors are.</summary>
    private static unsafe PinnedMemory<float> Random(int length, long seed)
    {
        var random = new RandomStream(seed);
        var numbers = new PinnedMemory<float>(length);
        for (var i = 0; i < length; i++)
            numbers.Start[i] = (float)(2 * random.NextUniform() - 1);
        return numbers;
    }

    private sealed record Line(
        string Case, int M, int N, int K, int Threads, double Gflops, double PeakGflops);
}
