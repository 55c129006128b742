namespace Engine.Kernels;

/// <summary>
/// Root mean square normalization (Zhang and Sennrich 2019) in loops: the reference implementation of
/// <see cref="RmsNormKernel"/>.
/// </summary>
internal static class RmsNormTwin
{
    // One row: n numbers x_j; dY_j = dL / dy_j is given.
    //
    //   rstd   = (1/n sum_k x_k^2 + epsilon)^(-1/2)
    //   xHat_j = x_j rstd,  y_j = gamma_j xHat_j
    //
    // 1. gamma meets each row once:  dGamma_j = sum over rows of dY_j xHat_j.
    // 2. Let g_j = dL / dxHat_j = gamma_j dY_j. Each x_i moves every xHat_j, through rstd:
    //      drstd / dx_i = -1/2 rstd^3 2/n x_i = -rstd^2 xHat_i / n
    //      dxHat_j / dx_i = [i = j] rstd + x_j drstd/dx_i = rstd ([i = j] - xHat_j xHat_i / n)
    // 3. The chain rule, dX_i = sum_j g_j dxHat_j/dx_i:
    //      dX_i = rstd (g_i - xHat_i mean(g xHat))
    //    It is LayerNorm's without the term of the mean.

    /// <summary>y = gamma x rstd for each row.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="gamma">[n].</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <returns>[rows, n].</returns>
    public static double[] Forward(ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, double epsilon)
    {
        var n = gamma.Length;
        var y = new double[x.Length];
        for (var row = 0; row < x.Length; row += n)
        {
            var rstd = Rstd(x.Slice(row, n), epsilon);
            for (var j = 0; j < n; j++) y[row + j] = gamma[j] * x[row + j] * rstd;
        }
        return y;
    }

    /// <summary>Both gradients, in the shapes of x and gamma.</summary>
    public static (double[] DX, double[] DGamma) Backward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, double epsilon, ReadOnlySpan<double> dY)
    {
        var n = gamma.Length;
        var (dX, dGamma) = (new double[x.Length], new double[n]);
        for (var row = 0; row < x.Length; row += n)
        {
            var rstd = Rstd(x.Slice(row, n), epsilon);
            var meanOfGxHat = 0.0;
            for (var j = 0; j < n; j++)
            {
                var xHat = x[row + j] * rstd;
                dGamma[j] += dY[row + j] * xHat;
                meanOfGxHat += gamma[j] * dY[row + j] * xHat / n;
            }
            for (var j = 0; j < n; j++)
                dX[row + j] = rstd * ((gamma[j] * dY[row + j]) - (x[row + j] * rstd * meanOfGxHat));
        }
        return (dX, dGamma);
    }

    private static double Rstd(ReadOnlySpan<double> row, double epsilon)
    {
        var meanSquare = 0.0;
        foreach (var value in row) meanSquare += value * value / row.Length;
        return 1 / Math.Sqrt(meanSquare + epsilon);
    }
}
