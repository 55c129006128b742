namespace Engine;

/// <summary>An affine map of rows in loops: the reference implementation of <see cref="Op.Linear"/>.</summary>
internal static class LinearTwin
{
    // x [rows, inputs], W [outputs, inputs], b [outputs]; dY_ro = dL / dy_ro is given.
    //
    //   a_ro = sum_i x_ri W_oi + b_o,  y_ro = a_ro, or max(0, a_ro) with ReLU
    //
    // 1. dA_ro = dY_ro, or with ReLU dY_ro where y_ro > 0 and 0 elsewhere.
    // 2. Each number is gathered over the indices that it does not have:
    //      dX_ri = sum_o dA_ro W_oi      dX = dA W
    //      dW_oi = sum_r dA_ro x_ri      dW = dA^T x
    //      db_o  = sum_r dA_ro

    /// <summary>y = x Wᵀ + b, then ReLU if asked for.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs]; its length says how many outputs there are.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <returns>[rows, outputs].</returns>
    public static double[] Forward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> weight, ReadOnlySpan<double> bias, bool relu = false)
    {
        var (outputs, inputs) = (bias.Length, weight.Length / bias.Length);
        var y = new double[x.Length / inputs * outputs];
        for (var r = 0; r < x.Length / inputs; r++)
        {
            for (var o = 0; o < outputs; o++)
            {
                var sum = bias[o];
                for (var i = 0; i < inputs; i++) sum += x[(r * inputs) + i] * weight[(o * inputs) + i];
                y[(r * outputs) + o] = relu ? Math.Max(0, sum) : sum;
            }
        }
        return y;
    }

    /// <summary>The three gradients, in the shapes of x, weight and bias.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="y">What <see cref="Forward"/> gave, [rows, outputs].</param>
    /// <param name="dY">[rows, outputs].</param>
    /// <param name="outputs">The outputs.</param>
    /// <param name="relu">Whether negative results became 0.</param>
    public static (double[] DX, double[] DWeight, double[] DBias) Backward(
        ReadOnlySpan<double> x, ReadOnlySpan<double> weight, ReadOnlySpan<double> y, ReadOnlySpan<double> dY,
        int outputs, bool relu = false)
    {
        var inputs = weight.Length / outputs;
        var (dX, dWeight, dBias) = (new double[x.Length], new double[weight.Length], new double[outputs]);
        for (var r = 0; r < x.Length / inputs; r++)
        {
            for (var o = 0; o < outputs; o++)
            {
                var dA = relu && y[(r * outputs) + o] <= 0 ? 0 : dY[(r * outputs) + o];
                dBias[o] += dA;
                for (var i = 0; i < inputs; i++)
                {
                    dX[(r * inputs) + i] += dA * weight[(o * inputs) + i];
                    dWeight[(o * inputs) + i] += dA * x[(r * inputs) + i];
                }
            }
        }
        return (dX, dWeight, dBias);
    }
}
