namespace Engine.Kernels;

/// <summary>
/// How far two predictions are from each other, half of KL(p || q) + KL(q || p), in loops: with
/// <see cref="CrossEntropyTwin"/> the reference implementation of <see cref="RDropKernel"/> (Liang et al. 2021).
/// </summary>
internal static class RDropTwin
{
    // A row of logits a of the first pass and a row b of the second.
    //
    //   p = softmax(a),  q = softmax(b),  r_j = ln p_j - ln q_j
    //   D = (KL(p || q) + KL(q || p)) / 2 = (sum_j p_j r_j - sum_j q_j r_j) / 2
    //
    // 1. From SoftmaxTwin:  dp_j / da_i = p_j ([i = j] - p_i)  and  dr_j / da_i = d ln p_j / da_i = [i = j] - p_i.
    // 2. d(sum_j p_j r_j) / da_i = sum_j p_j ([i = j] - p_i) r_j + sum_j p_j ([i = j] - p_i)
    //                            = p_i (r_i - sum_j p_j r_j) + (p_i - p_i)
    // 3. d(sum_j q_j r_j) / da_i = sum_j q_j ([i = j] - p_i) = q_i - p_i
    // 4. dA_i = (p_i (r_i - sum_j p_j r_j) + p_i - q_i) / 2
    //    and, since D does not change when the passes change places and r its sign,
    //    dB_i = (q_i (sum_j q_j r_j - r_i) + q_i - p_i) / 2

    /// <summary>D of each row, summed.</summary>
    /// <param name="a">Logits of the first pass, [rows, n].</param>
    /// <param name="b">Logits of the second pass, [rows, n].</param>
    /// <param name="n">The classes.</param>
    public static double Divergence(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        var (p, q) = (SoftmaxTwin.Forward(a, n), SoftmaxTwin.Forward(b, n));
        var r = Differences(a, b, n);
        var divergence = 0.0;
        for (var i = 0; i < r.Length; i++) divergence += (p[i] - q[i]) * r[i] / 2;
        return divergence;
    }

    /// <summary>The derivatives of the summed D by both passes' logits, [rows, n] each.</summary>
    /// <inheritdoc cref="Divergence"/>
    public static (double[] DA, double[] DB) Gradient(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        var (p, q) = (SoftmaxTwin.Forward(a, n), SoftmaxTwin.Forward(b, n));
        var r = Differences(a, b, n);
        var (dA, dB) = (new double[a.Length], new double[b.Length]);
        for (var row = 0; row < a.Length; row += n)
        {
            var (meanByP, meanByQ) = (0.0, 0.0); // sum p r and sum q r
            for (var i = row; i < row + n; i++)
            {
                meanByP += p[i] * r[i];
                meanByQ += q[i] * r[i];
            }
            for (var i = row; i < row + n; i++)
            {
                dA[i] = ((p[i] * (r[i] - meanByP)) + p[i] - q[i]) / 2;
                dB[i] = ((q[i] * (meanByQ - r[i])) + q[i] - p[i]) / 2;
            }
        }
        return (dA, dB);
    }

    /// <summary>r = ln p - ln q.</summary>
    private static double[] Differences(ReadOnlySpan<double> a, ReadOnlySpan<double> b, int n)
    {
        var (r, logQ) = (LogSoftmaxTwin.Forward(a, n), LogSoftmaxTwin.Forward(b, n));
        for (var i = 0; i < r.Length; i++) r[i] -= logQ[i];
        return r;
    }
}
