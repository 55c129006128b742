namespace Engine;

/// <summary>
/// A convolution over the positions of sequences, one product of two numbers after the other: the reference
/// implementation of <see cref="Op.Conv1d"/>.
/// </summary>
/// <param name="layout">Which rows of x form which sequence; padding counts as 0.</param>
/// <param name="window">How the window slides.</param>
/// <param name="inputs">The columns of x.</param>
/// <param name="outputs">The columns of y.</param>
internal sealed class Conv1dTwin(SequenceLayout layout, Window window, int inputs, int outputs)
{
    // x_q are rows of inputs, y_p rows of outputs, W_j [outputs, inputs] the tap j of the window; dY_p = dL / dy_p is
    // given.
    //
    //   y_p = sum_j W_j x_q(p, j) + b,  q(p, j) = p stride - before + j dilation, x = 0 outside of the sequence
    //
    // Each product of W_j and x_q appears in one y_p, so that its two factors get each other times dY_p:
    //
    //   dX_q = sum of W_j^T dY_p over the p and j with q(p, j) = q
    //   dW_j = sum_p dY_p x_q(p, j)^T
    //   db   = sum_p dY_p
    //
    // Rows of y that are padding hold b.

    private readonly SequenceLayout results = window.Over(layout);

    /// <summary>y, [rows of window.Over(layout), outputs].</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="weight">[outputs, inputs, window size].</param>
    /// <param name="bias">[outputs].</param>
    public double[] Forward(double[] x, double[] weight, double[] bias)
    {
        var y = new double[results.Rows * outputs];
        for (var i = 0; i < y.Length; i++) y[i] = bias[i % outputs];
        foreach (var (p, q, j) in Taps())
            for (var o = 0; o < outputs; o++)
                for (var i = 0; i < inputs; i++)
                    y[(p * outputs) + o] += weight[At(o, i, j)] * x[(q * inputs) + i];
        return y;
    }

    /// <summary>The three gradients, in the shapes of x, weight and bias.</summary>
    public (double[] DX, double[] DWeight, double[] DBias) Backward(double[] x, double[] weight, double[] dY)
    {
        var (dX, dWeight, dBias) = (new double[x.Length], new double[weight.Length], new double[outputs]);
        for (var i = 0; i < dY.Length; i++) dBias[i % outputs] += dY[i];
        foreach (var (p, q, j) in Taps())
        {
            for (var o = 0; o < outputs; o++)
            {
                for (var i = 0; i < inputs; i++)
                {
                    dX[(q * inputs) + i] += weight[At(o, i, j)] * dY[(p * outputs) + o];
                    dWeight[At(o, i, j)] += dY[(p * outputs) + o] * x[(q * inputs) + i];
                }
            }
        }
        return (dX, dWeight, dBias);
    }

    /// <summary>Each row of y, each row of x that it looks at, and the tap by which it does.</summary>
    private IEnumerable<(int Result, int Row, int Tap)> Taps()
    {
        for (var s = 0; s < layout.Sequences; s++)
        {
            for (var p = 0; p < results.Length(s); p++)
            {
                for (var j = 0; j < window.Size; j++)
                {
                    var q = (p * window.Stride) - window.Before + (j * window.Dilation);
                    if (q >= 0 && q < layout.Length(s)) yield return (results.Start(s) + p, layout.Start(s) + q, j);
                }
            }
        }
    }

    private int At(int output, int input, int tap) => (((output * inputs) + input) * window.Size) + tap;
}
