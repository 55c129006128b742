using Engine.Kernels;

namespace Engine;

/// <summary>
/// Multi-head scaled dot-product attention (Vaswani et al. 2017, section 3.2), one query and one key after the other:
/// the reference implementation of <see cref="Op.Attention"/>.
/// </summary>
/// <param name="queries">Which rows of q form which sequence.</param>
/// <param name="keys">Which rows of k and v form which sequence.</param>
/// <param name="heads">The heads, side by side in a row.</param>
/// <param name="dK">The columns of a head.</param>
/// <param name="causal">Whether query i sees keys 0 .. i only.</param>
/// <param name="kept">m of a sequence, head, query and key; null without dropout.</param>
internal sealed class AttentionTwin(
    SequenceLayout queries, SequenceLayout keys, int heads, int dK, bool causal = false,
    Func<int, int, int, int, double>? kept = null)
{
    // Query i and key j of a sequence, in one head: rows of dK columns. dY_i = dL / dy_i is given.
    //
    //   s_ij = q_i . k_j / sqrt(dK)
    //   p_ij = exp(s_ij) / sum of exp(s_ik) over the keys k that query i sees
    //   y_i  = sum_j p_ij m_ij v_j,  m_ij = 1 without dropout, else 0 or 1 / (1 - dropout)
    //
    // A query sees the keys of its sequence but no padding; if causal, only keys 0 .. i. Where it sees none, y_i = 0.
    //
    // 1. v_j is gathered over the queries:       dV_j  = sum_i p_ij m_ij dY_i
    // 2. Through dropout to the weights:         dP_ij = m_ij (dY_i . v_j)
    // 3. Through row i's softmax (SoftmaxTwin):  dS_ij = p_ij (dP_ij - sum_k dP_ik p_ik)
    // 4. Through the product of q_i and k_j:     dQ_i = sum_j dS_ij k_j / sqrt(dK),  dK_j = sum_i dS_ij q_i / sqrt(dK)

    /// <summary>y, [query rows, heads dK], from q of that shape and k and v [key rows, heads dK].</summary>
    public double[] Forward(double[] q, double[] k, double[] v)
    {
        var y = new double[q.Length];
        foreach (var (s, h, i) in Queries())
        {
            var p = Weights(q, k, s, h, i);
            for (var j = 0; j < p.Length; j++)
                for (var c = 0; c < dK; c++)
                    y[At(queries, s, h, i) + c] += p[j] * Kept(s, h, i, j) * v[At(keys, s, h, j) + c];
        }
        return y;
    }

    /// <summary>The gradients of q, k and v, in their shapes.</summary>
    public (double[] DQ, double[] DK, double[] DV) Backward(double[] q, double[] k, double[] v, double[] dY)
    {
        var (dQ, dKeys, dV) = (new double[q.Length], new double[k.Length], new double[v.Length]);
        foreach (var (s, h, i) in Queries())
        {
            var p = Weights(q, k, s, h, i);
            var dP = new double[p.Length];
            for (var j = 0; j < p.Length; j++)
            {
                for (var c = 0; c < dK; c++)
                {
                    var (atQuery, atKey) = (At(queries, s, h, i) + c, At(keys, s, h, j) + c);
                    dV[atKey] += p[j] * Kept(s, h, i, j) * dY[atQuery];
                    dP[j] += Kept(s, h, i, j) * dY[atQuery] * v[atKey];
                }
            }
            var dS = SoftmaxTwin.Backward(p, dP, p.Length);
            for (var j = 0; j < p.Length; j++)
            {
                for (var c = 0; c < dK; c++)
                {
                    var (atQuery, atKey) = (At(queries, s, h, i) + c, At(keys, s, h, j) + c);
                    dQ[atQuery] += dS[j] * k[atKey] / Math.Sqrt(dK);
                    dKeys[atKey] += dS[j] * q[atQuery] / Math.Sqrt(dK);
                }
            }
        }
        return (dQ, dKeys, dV);
    }

    /// <summary>p of one query: a number for each key that it sees.</summary>
    public double[] Weights(double[] q, double[] k, int s, int h, int i)
    {
        var scores = new double[causal ? Math.Min(i + 1, keys.Length(s)) : keys.Length(s)];
        for (var j = 0; j < scores.Length; j++)
            for (var c = 0; c < dK; c++)
                scores[j] += q[At(queries, s, h, i) + c] * k[At(keys, s, h, j) + c] / Math.Sqrt(dK);
        return SoftmaxTwin.Forward(scores, scores.Length);
    }

    /// <summary>Each query of each head of each sequence.</summary>
    private IEnumerable<(int Sequence, int Head, int Query)> Queries() =>
        from s in Enumerable.Range(0, queries.Sequences)
        from h in Enumerable.Range(0, heads)
        from i in Enumerable.Range(0, queries.Extent(s))
        select (s, h, i);

    /// <summary>Where the columns of head h begin in row i of sequence s.</summary>
    private int At(SequenceLayout layout, int s, int h, int i) => (((layout.Start(s) + i) * heads) + h) * dK;

    private double Kept(int s, int h, int i, int j) => kept?.Invoke(s, h, i, j) ?? 1;
}
