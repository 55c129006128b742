using Engine.Kernels;

namespace Engine;

/// <summary>
/// Attention with relative positions (Shaw et al. 2018, section 3), one query and one key after the other: the
/// reference implementation of <see cref="Op.RelativeAttention"/>.
/// </summary>
/// <param name="queries">Which rows of q form which sequence.</param>
/// <param name="keys">Which rows of k and v form which sequence; a sequence's first key stands at position 0.</param>
/// <param name="heads">The heads, side by side in a row; they share the tables.</param>
/// <param name="dK">The columns of a head.</param>
/// <param name="causal">Whether a query sees only the keys up to its own position.</param>
/// <param name="kept">m of a sequence, head, query and key; null without dropout.</param>
/// <param name="first">The position of each sequence's first query.</param>
internal sealed class RelativeAttentionTwin(
    SequenceLayout queries, SequenceLayout keys, int heads, int dK, bool causal = false,
    Func<int, int, int, int, double>? kept = null, int first = 0)
{
    // Query i and key j of a sequence, in one head: rows of dK columns. The tables have a row for each distance from
    // -clip to clip; a_ij is the row of the distance j - i, brought into that range. dY_i = dL / dy_i is given.
    //
    //   s_ij = q_i . (k_j + aK_ij) / sqrt(dK)
    //   p_ij = exp(s_ij) / sum of exp(s_ik) over the keys k that query i sees
    //   y_i  = sum_j p_ij m_ij (v_j + aV_ij),  m_ij = 1 without dropout, else 0 or 1 / (1 - dropout)
    //
    // It is AttentionTwin with k_j + aK_ij for k_j and v_j + aV_ij for v_j; so
    //
    //   dP_ij = m_ij (dY_i . (v_j + aV_ij)),  dS_ij = p_ij (dP_ij - sum_k dP_ik p_ik)
    //   dQ_i  = sum_j dS_ij (k_j + aK_ij) / sqrt(dK)
    //
    // and what a sum of two rows gets, each of the two gets:
    //
    //   dV_j  = sum_i p_ij m_ij dY_i,        daV of a distance = the same, over all i and j of that distance
    //   dK_j  = sum_i dS_ij q_i / sqrt(dK),  daK of a distance = the same, over all i and j of that distance

    /// <summary>
    /// y, [query rows, heads dK], from q of that shape, k and v [key rows, heads dK], and aK and aV [2 clip + 1, dK].
    /// </summary>
    public double[] Forward(double[] q, double[] k, double[] v, double[] aK, double[] aV)
    {
        var y = new double[q.Length];
        foreach (var (s, h, i) in Queries())
        {
            var p = Weights(q, k, aK, s, h, i);
            for (var j = 0; j < p.Length; j++)
                for (var c = 0; c < dK; c++)
                    y[At(queries, s, h, i) + c] +=
                        p[j] * Kept(s, h, i, j) * (v[At(keys, s, h, j) + c] + aV[Row(aV, i, j) + c]);
        }
        return y;
    }

    /// <summary>The five gradients, in the shapes of the inputs.</summary>
    public (double[] DQ, double[] DK, double[] DV, double[] DAK, double[] DAV) Backward(
        double[] q, double[] k, double[] v, double[] aK, double[] aV, double[] dY)
    {
        var (dQ, dKeys, dV) = (new double[q.Length], new double[k.Length], new double[v.Length]);
        var (dAK, dAV) = (new double[aK.Length], new double[aV.Length]);
        foreach (var (s, h, i) in Queries())
        {
            var p = Weights(q, k, aK, s, h, i);
            var dP = new double[p.Length];
            for (var j = 0; j < p.Length; j++)
            {
                for (var c = 0; c < dK; c++)
                {
                    var (atQuery, atKey, at) = (At(queries, s, h, i) + c, At(keys, s, h, j) + c, Row(aV, i, j) + c);
                    dV[atKey] += p[j] * Kept(s, h, i, j) * dY[atQuery];
                    dAV[at] += p[j] * Kept(s, h, i, j) * dY[atQuery];
                    dP[j] += Kept(s, h, i, j) * dY[atQuery] * (v[atKey] + aV[at]);
                }
            }
            var dS = SoftmaxTwin.Backward(p, dP, p.Length);
            for (var j = 0; j < p.Length; j++)
            {
                for (var c = 0; c < dK; c++)
                {
                    var (atQuery, atKey, at) = (At(queries, s, h, i) + c, At(keys, s, h, j) + c, Row(aK, i, j) + c);
                    dQ[atQuery] += dS[j] * (k[atKey] + aK[at]) / Math.Sqrt(dK);
                    dKeys[atKey] += dS[j] * q[atQuery] / Math.Sqrt(dK);
                    dAK[at] += dS[j] * q[atQuery] / Math.Sqrt(dK);
                }
            }
        }
        return (dQ, dKeys, dV, dAK, dAV);
    }

    /// <summary>p of one query: a number for each key that it sees.</summary>
    public double[] Weights(double[] q, double[] k, double[] aK, int s, int h, int i)
    {
        var scores = new double[causal ? Math.Min(first + i + 1, keys.Length(s)) : keys.Length(s)];
        for (var j = 0; j < scores.Length; j++)
            for (var c = 0; c < dK; c++)
                scores[j] += q[At(queries, s, h, i) + c] * (k[At(keys, s, h, j) + c] + aK[Row(aK, i, j) + c])
                    / Math.Sqrt(dK);
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

    /// <summary>Where the row of the distance from query i to key j begins in a table.</summary>
    private int Row(double[] table, int i, int j)
    {
        var clip = ((table.Length / dK) - 1) / 2;
        return (Math.Clamp(j - (first + i), -clip, clip) + clip) * dK;
    }

    private double Kept(int s, int h, int i, int j) => kept?.Invoke(s, h, i, j) ?? 1;
}
