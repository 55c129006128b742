namespace Engine.Kernels;

/// <summary>
/// Layer normalization (Ba, Kiros and Hinton 2016) in loops: the reference implementation of
/// <see cref="LayerNormKernel"/>.
/// </summary>
internal static class LayerNormTwin
{
    // One row: n numbers x_j; dY_j = dL / dy_j is given.
    //
    //   mean = 1/n sum_k x_k,  var = 1/n sum_k (x_k - mean)^2,  rstd = (var + epsilon)^(-1/2)
    //   xHat_j = (x_j - mean) rstd
    //   y_j    = gamma_j xHat_j + beta_j
    //
    // 1. gamma and beta meet each row once:  dGamma_j = sum over rows of dY_j xHat_j,  dBeta_j = sum over rows of dY_j.
    // 2. Let g_j = dL / dxHat_j = gamma_j dY_j. Each x_i moves every xHat_j, through the mean and through rstd:
    //      dmean / dx_i = 1/n
    //      dvar  / dx_i = 2/n (x_i - mean)            since sum_k (x_k - mean) = 0
    //      drstd / dx_i = -1/2 rstd^3 dvar/dx_i = -rstd^2 xHat_i / n
    //      dxHat_j / dx_i = ([i = j] - 1/n) rstd + (x_j - mean) drstd/dx_i
    //                     = rstd ([i = j] - 1/n - xHat_j xHat_i / n)
    // 3. The chain rule, dX_i = sum_j g_j dxHat_j/dx_i:
    //      dX_i = rstd (g_i - mean(g) - xHat_i mean(g xHat))

    /// <summary>y = gamma xHat + beta for each row.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="gamma">[n].</param>
    /// <param name="beta">[n].</param>
    /// <param name="epsilon">Keeps the root away from 0.</param>
    /// <returns>[rows, n].</returns>
    public static double[] Forward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, ReadOnlySpan<double> beta, double epsilon)
    {
        var n = gamma.Length;
        var y = new double[x.Length];
        for (var row = 0; row < x.Length; row += n)
        {
            var (mean, rstd) = Moments(x.Slice(row, n), epsilon);
            for (var j = 0; j < n; j++) y[row + j] = (gamma[j] * (x[row + j] - mean) * rstd) + beta[j];
        }
        return y;
    }

    /// <summary>The three gradients, in the shapes of x, gamma and beta.</summary>
    public static (double[] DX, double[] DGamma, double[] DBeta) Backward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, double epsilon, ReadOnlySpan<double> dY)
    {
        var n = gamma.Length;
        var (dX, dGamma, dBeta) = (new double[x.Length], new double[n], new double[n]);
        for (var row = 0; row < x.Length; row += n)
        {
            var (mean, rstd) = Moments(x.Slice(row, n), epsilon);
            var (meanOfG, meanOfGxHat) = (0.0, 0.0);
            for (var j = 0; j < n; j++)
            {
                var xHat = (x[row + j] - mean) * rstd;
                dGamma[j] += dY[row + j] * xHat;
                dBeta[j] += dY[row + j];
                meanOfG += gamma[j] * dY[row + j] / n;
                meanOfGxHat += gamma[j] * dY[row + j] * xHat / n;
            }
            for (var j = 0; j < n; j++)
            {
                var xHat = (x[row + j] - mean) * rstd;
                dX[row + j] = rstd * ((gamma[j] * dY[row + j]) - meanOfG - (xHat * meanOfGxHat));
            }
        }
        return (dX, dGamma, dBeta);
    }

    private static (double Mean, double Rstd) Moments(ReadOnlySpan<double> row, double epsilon)
    {
        var (mean, variance) = (0.0, 0.0);
        foreach (var value in row) mean += value / row.Length;
        foreach (var value in row) variance += (value - mean) * (value - mean) / row.Length;
        return (mean, 1 / Math.Sqrt(variance + epsilon));
    }
}
