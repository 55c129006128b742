namespace Engine.Kernels;

/// <summary>The logarithm of softmax in loops: the reference implementation of the operation LogSoftmax.</summary>
internal static class LogSoftmaxTwin
{
    // One row: n numbers x_j; dY_j = dL / dy_j is given.
    //
    //   y_j = x_j - max - ln S,  S = sum_k exp(x_k - max)
    //
    // 1. ln S falls in every y_j, and its derivative is the softmax:
    //      d(max + ln S) / dx_i = exp(x_i - max) / S = exp(y_i)
    //      dy_j / dx_i = [i = j] - exp(y_i)
    // 2. The chain rule, dX_i = sum_j dY_j dy_j/dx_i:
    //      dX_i = dY_i - exp(y_i) sum_j dY_j

    /// <summary>The logarithm of the softmax of each row of <paramref name="n"/> numbers.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="n">The numbers of a row.</param>
    /// <returns>[rows, n].</returns>
    public static double[] Forward(ReadOnlySpan<double> x, int n)
    {
        var y = new double[x.Length];
        for (var row = 0; row < x.Length; row += n)
        {
            var (max, sum) = (double.NegativeInfinity, 0.0);
            for (var j = 0; j < n; j++) max = Math.Max(max, x[row + j]);
            for (var j = 0; j < n; j++) sum += Math.Exp(x[row + j] - max);
            for (var j = 0; j < n; j++) y[row + j] = x[row + j] - max - Math.Log(sum);
        }
        return y;
    }

    /// <summary>dX = dY - exp(y) Σ dY for each row.</summary>
    /// <param name="y">What <see cref="Forward"/> gave, [rows, n].</param>
    /// <param name="dY">[rows, n].</param>
    /// <param name="n">The numbers of a row.</param>
    /// <returns>[rows, n].</returns>
    public static double[] Backward(ReadOnlySpan<double> y, ReadOnlySpan<double> dY, int n)
    {
        var dX = new double[y.Length];
        for (var row = 0; row < y.Length; row += n)
        {
            var sum = 0.0;
            for (var j = 0; j < n; j++) sum += dY[row + j];
            for (var j = 0; j < n; j++) dX[row + j] = dY[row + j] - (Math.Exp(y[row + j]) * sum);
        }
        return dX;
    }
}
