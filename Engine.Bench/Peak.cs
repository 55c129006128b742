using System.Diagnostics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>
/// Measures the peak arithmetic of the processor: fused multiply-adds of floats that stay in registers.
/// </summary>
internal static class Peak
{
    // About 20 milliseconds. A processor lowers its clock a moment after the first wide instructions, and the matrix
    // products that are compared with the peak run at the lower clock.
    private const int Rounds = 2_000_000, Chains = 12;

    /// <summary>The peak of all threads of <paramref name="team"/> together, in 10⁹ operations a second.</summary>
    public static double Gflops(ThreadTeam team)
    {
        Action<int> work = static _ => Widest<float>.Run(default(Kernel));
        var flops = 2.0 * Rounds * Chains * Lanes * team.Threads;
        var best = 0.0;
        for (var run = 0; run < 3; run++)
        {
            var begin = Stopwatch.GetTimestamp();
            team.Run(team.Threads, work);
            best = Math.Max(best, flops / Stopwatch.GetElapsedTime(begin).TotalSeconds / 1e9);
        }

        return best;
    }

    /// <summary>Numbers of a vector; two in scalar code.</summary>
    private static int Lanes => Math.Max((int)KernelWidth.Widest / (8 * sizeof(float)), 2);

    /// <summary>
    /// Runs twelve independent chains of operations. Eight chains hide the latency of 4 cycles on 2 units, and twelve
    /// chains fit the 16 registers of AVX2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Spin<V, L>()
        where V : unmanaged
        where L : ILanes<float, V>
    {
        var (x, y) = (L.Broadcast(0.5f), L.Broadcast(1f));
        V c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
        for (var round = 0; round < Rounds; round++)
        {
            c0 = L.FusedMultiplyAdd(x, c0, y);
            c1 = L.FusedMultiplyAdd(x, c1, y);
            c2 = L.FusedMultiplyAdd(x, c2, y);
            c3 = L.FusedMultiplyAdd(x, c3, y);
            c4 = L.FusedMultiplyAdd(x, c4, y);
            c5 = L.FusedMultiplyAdd(x, c5, y);
            c6 = L.FusedMultiplyAdd(x, c6, y);
            c7 = L.FusedMultiplyAdd(x, c7, y);
            c8 = L.FusedMultiplyAdd(x, c8, y);
            c9 = L.FusedMultiplyAdd(x, c9, y);
            c10 = L.FusedMultiplyAdd(x, c10, y);
            c11 = L.FusedMultiplyAdd(x, c11, y);
        }

        var sum = L.Add(L.Add(L.Add(c0, c1), L.Add(c2, c3)), L.Add(L.Add(c4, c5), L.Add(c6, c7)));
        keep = L.Sum(L.Add(sum, L.Add(L.Add(c8, c9), L.Add(c10, c11))));
    }

    /// <summary>Keeps the result: without a use of the result, the JIT would remove the loop.</summary>
    [ThreadStatic]
    private static float keep;

    private struct Kernel : IKernel<float>
    {
        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<float, V> => Spin<V, L>();
    }
}
