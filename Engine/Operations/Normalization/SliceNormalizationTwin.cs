namespace Engine;

/// <summary>
/// Normalization of slices of a tensor, in loops: the reference implementation of BatchNorm, InstanceNorm and GroupNorm
/// (<see cref="SliceNormalization{T}"/>). A slice is a set of elements with one mean and one variance: a channel of
/// the batch, a channel of one sequence, or a group of channels of one sequence.
/// </summary>
/// <param name="channelOf">The channel of element i.</param>
/// <param name="sliceOf">The slice of element i; -1 for padding, which counts nowhere and becomes 0.</param>
/// <param name="given">The mean and the variance of each slice; null to take them from x.</param>
internal sealed class SliceNormalizationTwin(
    Func<int, int> channelOf, Func<int, int> sliceOf, (double[] Mean, double[] Variance)? given = null)
{
    // Element i lies in slice s(i), which has m elements, and has channel c(i); dY_i = dL / dy_i is given.
    //
    //   mean_s = 1/m sum of x_k over the slice,  var_s = 1/m sum of (x_k - mean_s)^2 over the slice
    //   rstd_s = (var_s + epsilon)^(-1/2)
    //   xHat_i = (x_i - mean_s) rstd_s,  y_i = gamma_c xHat_i + beta_c
    //
    // 1. A channel gathers its elements:  dGamma_c = sum of dY_i xHat_i,  dBeta_c = sum of dY_i.
    // 2. A slice is what a row is to LayerNorm (see LayerNormTwin). With g_i = gamma_c dY_i and means over the slice:
    //      dX_i = rstd_s (g_i - mean(g) - xHat_i mean(g xHat))
    // 3. Where mean and variance are given, as at inference, they do not depend on x:
    //      dX_i = rstd_s g_i

    /// <summary>y = gamma xHat + beta, in the order of x.</summary>
    public double[] Forward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, ReadOnlySpan<double> beta, double epsilon)
    {
        var xHat = Normalized(x, epsilon, out _, out _);
        var y = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            if (sliceOf(i) >= 0) y[i] = (gamma[channelOf(i)] * xHat[i]) + beta[channelOf(i)];
        }
        return y;
    }

    /// <summary>The three gradients, in the shapes of x, gamma and beta.</summary>
    public (double[] DX, double[] DGamma, double[] DBeta) Backward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> gamma, double epsilon, ReadOnlySpan<double> dY)
    {
        var xHat = Normalized(x, epsilon, out var rstd, out var count);
        var (dX, dGamma, dBeta) = (new double[x.Length], new double[gamma.Length], new double[gamma.Length]);
        var (meanOfG, meanOfGxHat) = (new double[count.Length], new double[count.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            var (s, c) = (sliceOf(i), channelOf(i));
            if (s < 0) continue;
            dGamma[c] += dY[i] * xHat[i];
            dBeta[c] += dY[i];
            if (given is not null) continue;
            meanOfG[s] += gamma[c] * dY[i] / count[s];
            meanOfGxHat[s] += gamma[c] * dY[i] * xHat[i] / count[s];
        }
        for (var i = 0; i < x.Length; i++)
        {
            var (s, c) = (sliceOf(i), channelOf(i));
            if (s >= 0) dX[i] = rstd[s] * ((gamma[c] * dY[i]) - meanOfG[s] - (xHat[i] * meanOfGxHat[s]));
        }
        return (dX, dGamma, dBeta);
    }

    private double[] Normalized(ReadOnlySpan<double> x, double epsilon, out double[] rstd, out int[] count)
    {
        var slices = 0;
        for (var i = 0; i < x.Length; i++) slices = Math.Max(slices, sliceOf(i) + 1);
        count = new int[slices];
        for (var i = 0; i < x.Length; i++) if (sliceOf(i) >= 0) count[sliceOf(i)]++;
        var (mean, variance) = given ?? (new double[slices], new double[slices]);
        for (var i = 0; i < x.Length && given is null; i++)
            if (sliceOf(i) is >= 0 and var s) mean[s] += x[i] / count[s];
        for (var i = 0; i < x.Length && given is null; i++)
            if (sliceOf(i) is >= 0 and var s) variance[s] += (x[i] - mean[s]) * (x[i] - mean[s]) / count[s];
        rstd = [.. variance.Select(value => 1 / Math.Sqrt(value + epsilon))];
        var xHat = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
            if (sliceOf(i) is >= 0 and var s) xHat[i] = (x[i] - mean[s]) * rstd[s];
        return xHat;
    }
}
