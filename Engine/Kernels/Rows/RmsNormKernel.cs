using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine.Kernels;

/// <summary>RMSNorm over rows: y = gamma x / sqrt(mean(x²) + epsilon), and its derivative.</summary>
internal static class RmsNormKernel
{
    /// <summary>Scales each row; keeps rstd = 1 / sqrt(mean(x²) + epsilon) of each for the backward pass.</summary>
    public static void Forward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, T epsilon, Span<T> y, Span<T> rstd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = gamma.Length;
        for (var row = 0; row < rstd.Length; row++)
        {
            var xRow = x.Slice(row * n, n);
            // power is 1 except in rows whose squares leave the range of T.
            var squares = Squares.Scaled(xRow, out var power, smallCount: epsilon == T.Zero);
            rstd[row] = power / T.Sqrt((squares / T.CreateChecked(n)) + (epsilon * power * power));
            Elementwise.Map(new ScaledProduct<T>(rstd[row]), xRow, gamma, y.Slice(row * n, n));
        }
    }

    /// <summary>
    /// With g = gamma dY: dX = rstd g - rstd³ mean(g x) x; dGamma += Σ dY x rstd. Either may be empty and is
    /// then not computed.
    /// </summary>
    public static void Backward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> rstd, ReadOnlySpan<T> dY, Span<T> g, Span<T> dX,
        bool accumulate, Span<T> dGamma)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var n = gamma.Length;
        for (var row = 0; row < rstd.Length; row++)
        {
            var xRow = x.Slice(row * n, n);
            var dYRow = dY.Slice(row * n, n);
            var scale = rstd[row];
            if (!dGamma.IsEmpty)
                Elementwise.Map(new ScaledProduct<T>(scale), dYRow, xRow, dGamma, accumulate: true);
            if (dX.IsEmpty) continue;
            Elementwise.Map(default(Multiply<T>), gamma, dYRow, g);
            var (cube, dot) = (scale * scale * scale, Reductions.Dot<T>(g, xRow));
            if (T.IsNormal(cube) && T.IsFinite(dot))
            {
                var pull = cube * (dot / T.CreateChecked(n));
                Elementwise.Map(new RmsNormGradient<T>(scale, pull), g, xRow, dX.Slice(row * n, n), accumulate);
            }
            else
            {
                // The cube of a very large or small rstd is out of range: the same with xHat = rstd x, which is not.
                var mean = T.Zero;
                for (var i = 0; i < n; i++) mean += g[i] * (scale * xRow[i]) / T.CreateChecked(n);
                Elementwise.Map(new ScaledGradient<T>(scale, mean), g, xRow, dX.Slice(row * n, n), accumulate);
            }
        }
    }

    /// <summary>factor x z.</summary>
    private readonly struct ScaledProduct<T>(T factor) : IBinaryFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V x, V z)
            where V : unmanaged
            where L : ILanes<T, V> => L.Multiply(L.Multiply(x, L.Broadcast(factor)), z);
    }

    /// <summary>scale g - pull x.</summary>
    private readonly struct RmsNormGradient<T>(T scale, T pull) : IBinaryFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V g, V x)
            where V : unmanaged
            where L : ILanes<T, V> =>
            L.MultiplyAdd(L.Broadcast(-pull), x, L.Multiply(L.Broadcast(scale), g));
    }

    /// <summary>scale (g - mean scale x).</summary>
    private readonly struct ScaledGradient<T>(T scale, T mean) : IBinaryFunction<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V g, V x)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var xHat = L.Multiply(L.Broadcast(scale), x);
            return L.Multiply(L.Broadcast(scale), L.Subtract(g, L.Multiply(L.Broadcast(mean), xHat)));
        }
    }
}
