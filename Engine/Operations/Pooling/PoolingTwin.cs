using Engine.Kernels;

namespace Engine;

/// <summary>
/// Pooling over the positions of sequences, in loops: the reference implementation of <see cref="Op.MeanPool"/>,
/// <see cref="Op.MaxPool"/> and <see cref="Op.WeightedPool"/>.
/// </summary>
/// <param name="layout">Which rows form which sequence.</param>
/// <param name="n">The features of a row.</param>
internal sealed class PoolingTwin(SequenceLayout layout, int n)
{
    // Sequence s has rows x_i of n features, m of them real; y_s is one row. dY_s = dL / dy_s is given.
    //
    //   mean      y_s = 1/m sum_i x_i                   dX_i = dY_s / m
    //   max       y_sc = max_i x_ic                     dX_ic = dY_sc for the first i that has the maximum, else 0
    //   weighted  y_s = sum_i p_i x_i, p = softmax(z)   dX_i = p_i dY_s,  dP_i = dY_s . x_i,
    //                                                   dZ_i = p_i (dP_i - sum_k dP_k p_k)  (see SoftmaxTwin)
    //
    // A sequence without rows gives zeros; padding has no gradient.

    /// <summary>The mean of each sequence's rows, [sequences, n].</summary>
    public double[] Mean(double[] x) => Weighted(Uniform(), x);

    /// <summary>dX, [rows, n].</summary>
    public double[] MeanBackward(double[] dY)
    {
        var dX = new double[layout.Rows * n];
        var p = Uniform();
        foreach (var (s, row, c) in Elements()) dX[(row * n) + c] = p[row] * dY[(s * n) + c];
        return dX;
    }

    /// <summary>The largest of each sequence's rows, feature by feature, [sequences, n].</summary>
    public double[] Max(double[] x)
    {
        var y = new double[layout.Sequences * n];
        foreach (var (s, row, c) in Elements())
            y[(s * n) + c] = row == layout.Start(s) ? x[(row * n) + c] : Math.Max(y[(s * n) + c], x[(row * n) + c]);
        return y;
    }

    /// <summary>dX, [rows, n].</summary>
    public double[] MaxBackward(double[] x, double[] dY)
    {
        var (y, dX, isTaken) = (Max(x), new double[x.Length], new bool[layout.Sequences * n]);
        foreach (var (s, row, c) in Elements())
        {
            if (isTaken[(s * n) + c] || x[(row * n) + c] != y[(s * n) + c]) continue;
            dX[(row * n) + c] = dY[(s * n) + c];
            isTaken[(s * n) + c] = true;
        }
        return dX;
    }

    /// <summary>The mean of each sequence's rows by the softmax of their scores, [sequences, n].</summary>
    public double[] SoftmaxWeighted(double[] scores, double[] x) => Weighted(Softmax(scores), x);

    /// <summary>dScores, [rows], and dX, [rows, n].</summary>
    public (double[] DScores, double[] DX) SoftmaxWeightedBackward(double[] scores, double[] x, double[] dY)
    {
        var (p, dP, dScores, dX) = (Softmax(scores), new double[layout.Rows], new double[layout.Rows],
            new double[x.Length]);
        foreach (var (s, row, c) in Elements())
        {
            dX[(row * n) + c] = p[row] * dY[(s * n) + c];
            dP[row] += dY[(s * n) + c] * x[(row * n) + c];
        }
        for (var s = 0; s < layout.Sequences; s++)
        {
            var rows = layout.Start(s)..(layout.Start(s) + layout.Length(s));
            SoftmaxTwin.Backward(p[rows], dP[rows], layout.Length(s)).CopyTo(dScores, layout.Start(s));
        }
        return (dScores, dX);
    }

    private double[] Weighted(double[] p, double[] x)
    {
        var y = new double[layout.Sequences * n];
        foreach (var (s, row, c) in Elements()) y[(s * n) + c] += p[row] * x[(row * n) + c];
        return y;
    }

    /// <summary>1/m in each real row.</summary>
    private double[] Uniform()
    {
        var p = new double[layout.Rows];
        foreach (var (s, row, _) in Elements()) p[row] = 1.0 / layout.Length(s);
        return p;
    }

    private double[] Softmax(double[] scores)
    {
        var p = new double[layout.Rows];
        for (var s = 0; s < layout.Sequences; s++)
        {
            var rows = layout.Start(s)..(layout.Start(s) + layout.Length(s));
            SoftmaxTwin.Forward(scores[rows], layout.Length(s)).CopyTo(p, layout.Start(s));
        }
        return p;
    }

    /// <summary>Each feature of each real row, with the row's sequence.</summary>
    private IEnumerable<(int Sequence, int Row, int Feature)> Elements() =>
        from s in Enumerable.Range(0, layout.Sequences)
        from i in Enumerable.Range(0, layout.Length(s))
        from c in Enumerable.Range(0, n)
        select (s, layout.Start(s) + i, c);
}
