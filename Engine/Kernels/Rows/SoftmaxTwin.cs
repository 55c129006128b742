namespace Engine.Kernels;

/// <summary>
/// Softmax of rows in loops: the reference implementation of <see cref="SoftmaxKernel"/> and of
/// <see cref="OnlineSoftmax{T}"/>.
/// </summary>
internal static class SoftmaxTwin
{
    // One row: n numbers x_j; dY_j = dL / dy_j is given.
    //
    //   y_j = exp(x_j - max) / S,  S = sum_k exp(x_k - max)
    //
    // The maximum cancels, and keeps exp from overflowing; so it counts as a constant.
    //
    // 1. Each x_i moves its own exponential and, through S, every y_j:
    //      dy_j / dx_i = [i = j] exp(x_i - max) / S - exp(x_j - max) exp(x_i - max) / S^2 = y_j ([i = j] - y_i)
    // 2. The chain rule, dX_i = sum_j dY_j dy_j/dx_i:
    //      dX_i = y_i (dY_i - sum_j dY_j y_j)
    //
    // A hidden element is -infinity: its y and dX are 0. A row of nothing else gives zeros if emptyIsZero, else 0 / 0.

    /// <summary>The softmax of each row of <paramref name="n"/> numbers.</summary>
    /// <param name="x">[rows, n].</param>
    /// <param name="n">The numbers of a row.</param>
    /// <param name="emptyIsZero">Whether a row of nothing but -infinity gives zeros.</param>
    /// <returns>[rows, n].</returns>
    public static double[] Forward(ReadOnlySpan<double> x, int n, bool emptyIsZero = false)
    {
        var y = new double[x.Length];
        for (var row = 0; row < x.Length; row += n)
        {
            var (max, sum) = (double.NegativeInfinity, 0.0);
            for (var j = 0; j < n; j++) max = Math.Max(max, x[row + j]);
            if (emptyIsZero && double.IsNegativeInfinity(max)) continue;
            for (var j = 0; j < n; j++) sum += Math.Exp(x[row + j] - max);
            for (var j = 0; j < n; j++) y[row + j] = Math.Exp(x[row + j] - max) / sum;
        }
        return y;
    }

    /// <summary>dX = y (dY - Σ dY y) for each row.</summary>
    /// <param name="y">What <see cref="Forward"/> gave, [rows, n].</param>
    /// <param name="dY">[rows, n].</param>
    /// <param name="n">The numbers of a row.</param>
    /// <returns>[rows, n].</returns>
    public static double[] Backward(ReadOnlySpan<double> y, ReadOnlySpan<double> dY, int n)
    {
        var dX = new double[y.Length];
        for (var row = 0; row < y.Length; row += n)
        {
            var dot = 0.0;
            for (var j = 0; j < n; j++) dot += dY[row + j] * y[row + j];
            for (var j = 0; j < n; j++) dX[row + j] = y[row + j] * (dY[row + j] - dot);
        }
        return dX;
    }
}
