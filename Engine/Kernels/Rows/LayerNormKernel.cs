using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Kernels;

/// <summary>
/// LayerNorm over rows: xHat = (x - mean) / sqrt(var + epsilon), y = gamma xHat + beta, and its derivative. The
/// variance is taken around the mean in a second pass over the row, which is in the cache by then: E[x²] - E[x]² would
/// cancel.
/// </summary>
internal static class LayerNormKernel
{
    /// <summary>
    /// Normalizes each row; keeps the mean and rstd = 1 / sqrt(var + epsilon) of each row for the backward pass.
    /// </summary>
    public static void Forward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> beta, T epsilon, Span<T> y, Span<T> mean,
        Span<T> rstd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Widest<T>.RunAs512(new ForwardRows<T>
        {
            X = x, Gamma = gamma, Beta = beta, Epsilon = epsilon, Y = y, Mean = mean, Rstd = rstd,
        });

    /// <summary>
    /// With g = gamma dY: dX = rstd (g - mean(g) - xHat mean(g xHat)); dGamma += Σ dY xHat, dBeta += Σ dY. Any of
    /// the three may be empty and is then not computed.
    /// </summary>
    public static void Backward<T>(
        ReadOnlySpan<T> x, ReadOnlySpan<T> gamma, ReadOnlySpan<T> mean, ReadOnlySpan<T> rstd, ReadOnlySpan<T> dY,
        Span<T> dX, bool accumulate, Span<T> dGamma, Span<T> dBeta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!dBeta.IsEmpty) ColumnSums.Add(dY, dBeta);
        if (dGamma.IsEmpty && dX.IsEmpty) return;
        Widest<T>.RunAs512(new BackwardRows<T>
        {
            X = x, Gamma = gamma, Mean = mean, Rstd = rstd, DY = dY, DX = dX, Accumulate = accumulate,
            DGamma = dGamma,
        });
    }

    private ref struct ForwardRows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X, Gamma, Beta;
        public T Epsilon;
        public Span<T> Y, Mean, Rstd;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Gamma.Length;
            var n = T.CreateChecked(columns);
            for (var row = 0; row < Mean.Length; row++)
            {
                var x = X.Slice(row * columns, columns);
                // bounds: all four have "columns" numbers, and the loops end a whole vector before it
                ref var x0 = ref MemoryMarshal.GetReference(x);
                ref var y0 = ref MemoryMarshal.GetReference(Y.Slice(row * columns, columns));
                ref var gamma0 = ref MemoryMarshal.GetReference(Gamma);
                ref var beta0 = ref MemoryMarshal.GetReference(Beta[..columns]);

                var sums = L.Broadcast(T.Zero);
                var i = 0;
                for (; i <= columns - L.Count; i += L.Count) sums = L.Add(sums, L.Load(in Unsafe.Add(ref x0, i)));
                var sum = L.Sum(sums);
                for (; i < columns; i++) sum += x[i];
                var mean = sum / n;

                var means = L.Broadcast(mean);
                var squares = L.Broadcast(T.Zero);
                for (i = 0; i <= columns - L.Count; i += L.Count)
                {
                    var d = L.Subtract(L.Load(in Unsafe.Add(ref x0, i)), means);
                    squares = L.MultiplyAdd(d, d, squares);
                }
                var square = L.Sum(squares);
                for (; i < columns; i++) square += (x[i] - mean) * (x[i] - mean);
                var rstd = T.One / T.Sqrt((square / n) + Epsilon);
                // Squares of large numbers overflow; without epsilon, squares of small numbers count.
                if (!T.IsFinite(square) || (Epsilon == T.Zero && !Squares.IsOrdinary(square)))
                    (mean, rstd) = ScaledMoments(x, Epsilon);
                means = L.Broadcast(mean);

                var rstds = L.Broadcast(rstd);
                for (i = 0; i <= columns - L.Count; i += L.Count)
                {
                    var xHat = L.Multiply(L.Subtract(L.Load(in Unsafe.Add(ref x0, i)), means), rstds);
                    var y = L.MultiplyAdd(
                        xHat, L.Load(in Unsafe.Add(ref gamma0, i)), L.Load(in Unsafe.Add(ref beta0, i)));
                    L.Store(y, ref Unsafe.Add(ref y0, i));
                }
                for (; i < columns; i++)
                    Unsafe.Add(ref y0, i) = LaneTail.MultiplyAdd((x[i] - mean) * rstd, Gamma[i], Beta[i]);
                Mean[row] = mean;
                Rstd[row] = rstd;
            }
        }
    }

    /// <summary>Mean and rstd of a row whose squares leave the range of T, from numbers near 1.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (T Mean, T Rstd) ScaledMoments<T>(ReadOnlySpan<T> x, T epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var power = Squares.PowerFor(x);
        var n = T.CreateChecked(x.Length);
        var (sum, square) = (T.Zero, T.Zero);
        foreach (var number in x) sum += number * power;
        var mean = sum / n;
        foreach (var number in x) square += ((number * power) - mean) * ((number * power) - mean);
        return (mean / power, power / T.Sqrt((square / n) + (epsilon * power * power)));
    }

    private ref struct BackwardRows<T> : IKernel<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public ReadOnlySpan<T> X, Gamma, Mean, Rstd, DY;
        public Span<T> DX, DGamma;
        public bool Accumulate;

        public readonly void Run<V, L>()
            where V : unmanaged
            where L : ILanes<T, V>
        {
            var columns = Gamma.Length;
            for (var row = 0; row < Mean.Length; row++)
            {
                var x = X.Slice(row * columns, columns);
                var dY = DY.Slice(row * columns, columns);
                if (!DGamma.IsEmpty) AddToGamma<V, L>(x, dY, Mean[row], Rstd[row]);
                if (!DX.IsEmpty) IntoX<V, L>(x, dY, Mean[row], Rstd[row], DX.Slice(row * columns, columns));
            }
        }

        private readonly void AddToGamma<V, L>(ReadOnlySpan<T> x, ReadOnlySpan<T> dY, T mean, T rstd)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: all three have the length of x, and the loop ends a whole vector before it
            ref var x0 = ref MemoryMarshal.GetReference(x);
            ref var dY0 = ref MemoryMarshal.GetReference(dY);
            ref var dGamma0 = ref MemoryMarshal.GetReference(DGamma[..x.Length]);
            var (means, rstds) = (L.Broadcast(mean), L.Broadcast(rstd));
            var i = 0;
            for (; i <= x.Length - L.Count; i += L.Count)
            {
                var xHat = L.Multiply(L.Subtract(L.Load(in Unsafe.Add(ref x0, i)), means), rstds);
                ref var dGamma = ref Unsafe.Add(ref dGamma0, i);
                L.Store(L.MultiplyAdd(L.Load(in Unsafe.Add(ref dY0, i)), xHat, L.Load(in dGamma)), ref dGamma);
            }
            for (; i < x.Length; i++) DGamma[i] += dY[i] * ((x[i] - mean) * rstd);
        }

        private readonly void IntoX<V, L>(ReadOnlySpan<T> x, ReadOnlySpan<T> dY, T mean, T rstd, Span<T> dX)
            where V : unmanaged
            where L : ILanes<T, V>
        {
            // bounds: all four have the length of x, and the loops end a whole vector before it
            ref var x0 = ref MemoryMarshal.GetReference(x);
            ref var dY0 = ref MemoryMarshal.GetReference(dY);
            ref var dX0 = ref MemoryMarshal.GetReference(dX);
            ref var gamma0 = ref MemoryMarshal.GetReference(Gamma);
            var (means, rstds) = (L.Broadcast(mean), L.Broadcast(rstd));
            var (sums, products) = (L.Broadcast(T.Zero), L.Broadcast(T.Zero));
            var i = 0;
            for (; i <= x.Length - L.Count; i += L.Count)
            {
                var g = L.Multiply(L.Load(in Unsafe.Add(ref gamma0, i)), L.Load(in Unsafe.Add(ref dY0, i)));
                var xHat = L.Multiply(L.Subtract(L.Load(in Unsafe.Add(ref x0, i)), means), rstds);
                sums = L.Add(sums, g);
                products = L.MultiplyAdd(g, xHat, products);
            }
            var (sum, product) = (L.Sum(sums), L.Sum(products));
            for (; i < x.Length; i++)
            {
                sum += Gamma[i] * dY[i];
                product += Gamma[i] * dY[i] * ((x[i] - mean) * rstd);
            }
            var n = T.CreateChecked(x.Length);
            var (meanOfG, meanOfProduct) = (sum / n, product / n);

            var (shift, slope) = (L.Broadcast(meanOfG), L.Broadcast(meanOfProduct));
            for (i = 0; i <= x.Length - L.Count; i += L.Count)
            {
                var g = L.Multiply(L.Load(in Unsafe.Add(ref gamma0, i)), L.Load(in Unsafe.Add(ref dY0, i)));
                var xHat = L.Multiply(L.Subtract(L.Load(in Unsafe.Add(ref x0, i)), means), rstds);
                var d = L.Multiply(rstds, L.Subtract(L.Subtract(g, shift), L.Multiply(xHat, slope)));
                ref var target = ref Unsafe.Add(ref dX0, i);
                L.Store(Accumulate ? L.Add(d, L.Load(in target)) : d, ref target);
            }
            for (; i < x.Length; i++)
            {
                var xHat = (x[i] - mean) * rstd;
                var d = rstd * ((Gamma[i] * dY[i]) - meanOfG - (xHat * meanOfProduct));
                dX[i] = Accumulate ? dX[i] + d : d;
            }
        }
    }
}
