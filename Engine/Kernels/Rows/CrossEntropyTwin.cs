namespace Engine.Kernels;

/// <summary>
/// Cross-entropy of logits with smoothed targets (Szegedy et al. 2016) in loops: the reference implementation of
/// <see cref="CrossEntropyKernel"/>.
/// </summary>
internal static class CrossEntropyTwin
{
    // One row: n logits z_j and a target t, smoothed by e over all n classes.
    //
    //   p = softmax(z),  q_j = (1 - e) [j = t] + e / n,  which sums to 1
    //   loss = -sum_j q_j ln p_j
    //        = -sum_j q_j (z_j - lse) = lse - sum_j q_j z_j,  lse = max + ln sum_k exp(z_k - max)
    //
    // 1. dlse / dz_i = p_i (see SoftmaxTwin: lse is the logarithm of its sum).
    // 2. So dZ_i = p_i - q_i: what the model predicts less what it should.
    //
    // A row whose target is ignored has neither loss nor gradient.

    /// <summary>The losses of the rows whose target is kept, summed.</summary>
    /// <param name="logits">[rows, n].</param>
    /// <param name="targets">A class for each row, or <paramref name="ignored"/>.</param>
    /// <param name="ignored">Rows with this target do not count.</param>
    /// <param name="smoothing">e.</param>
    public static double Loss(
        ReadOnlySpan<double> logits, ReadOnlySpan<int> targets, int ignored = -1, double smoothing = 0)
    {
        var (n, loss) = (logits.Length / targets.Length, 0.0);
        for (var row = 0; row < targets.Length; row++)
        {
            if (targets[row] == ignored) continue;
            var z = logits.Slice(row * n, n);
            var (max, sum) = (double.NegativeInfinity, 0.0);
            foreach (var logit in z) max = Math.Max(max, logit);
            foreach (var logit in z) sum += Math.Exp(logit - max);
            loss += max + Math.Log(sum);
            for (var j = 0; j < n; j++) loss -= Target(j, targets[row], n, smoothing) * z[j];
        }
        return loss;
    }

    /// <summary>dZ = p - q in the rows whose target is kept, 0 in the others, [rows, n].</summary>
    /// <inheritdoc cref="Loss"/>
    public static double[] Gradient(
        ReadOnlySpan<double> logits, ReadOnlySpan<int> targets, int ignored = -1, double smoothing = 0)
    {
        var n = logits.Length / targets.Length;
        var dZ = SoftmaxTwin.Forward(logits, n); // p
        for (var row = 0; row < targets.Length; row++)
        {
            for (var j = 0; j < n; j++)
            {
                if (targets[row] == ignored) dZ[(row * n) + j] = 0;
                else dZ[(row * n) + j] -= Target(j, targets[row], n, smoothing);
            }
        }
        return dZ;
    }

    /// <summary>q_j.</summary>
    private static double Target(int j, int target, int n, double smoothing) =>
        (j == target ? 1 - smoothing : 0) + (smoothing / n);
}
