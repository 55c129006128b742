namespace Engine;

/// <summary>
/// Rows divided by their length, in loops: the reference implementation of <see cref="Op.L2Normalize"/>.
/// </summary>
internal static class L2NormalizeTwin
{
    // One row: n numbers x_j; dY_j = dL / dy_j is given.
    //
    //   |x| = sqrt(sum_k x_k^2),  y_j = x_j / |x|
    //
    // 1. d|x| / dx_i = x_i / |x| = y_i
    // 2. dy_j / dx_i = [i = j] / |x| - x_j / |x|^2 y_i = ([i = j] - y_j y_i) / |x|
    // 3. The chain rule, dX_i = sum_j dY_j dy_j/dx_i:
    //      dX_i = (dY_i - y_i sum_j dY_j y_j) / |x|
    //
    // A row of zeros stays zero and has no gradient.

    /// <summary>y = x / |x| for each row of <paramref name="n"/> numbers.</summary>
    public static double[] Forward(ReadOnlySpan<double> x, int n)
    {
        var y = new double[x.Length];
        for (var row = 0; row < x.Length; row += n)
        {
            var length = Length(x.Slice(row, n));
            for (var j = row; j < row + n && length > 0; j++) y[j] = x[j] / length;
        }
        return y;
    }

    /// <summary>dX = (dY - y Σ dY y) / |x| for each row.</summary>
    public static double[] Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> dY, int n)
    {
        var dX = new double[x.Length];
        for (var row = 0; row < x.Length; row += n)
        {
            var (length, dot) = (Length(x.Slice(row, n)), 0.0);
            if (length == 0) continue;
            for (var j = row; j < row + n; j++) dot += dY[j] * x[j] / length;
            for (var j = row; j < row + n; j++) dX[j] = (dY[j] - (x[j] / length * dot)) / length;
        }
        return dX;
    }

    private static double Length(ReadOnlySpan<double> row)
    {
        var sum = 0.0;
        foreach (var value in row) sum += value * value;
        return Math.Sqrt(sum);
    }
}
