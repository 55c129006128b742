using Engine.Kernels;

namespace Engine;

/// <summary>
/// The projection onto a vocabulary and the loss of its logits, with all logits in memory: the reference
/// implementation of <see cref="Op.ProjectionCrossEntropy"/> (<see cref="VocabularyLoss{T}"/>) and of
/// <see cref="Op.ProjectionRDrop"/>.
/// </summary>
internal static class VocabularyLossTwin
{
    // x [rows, dModel], W [classes, dModel].
    //
    //   z = x W^T                                          [rows, classes]
    //   loss = CrossEntropy(z) / divisor                   one pass
    //   loss = (CrossEntropy(z) + alpha D(z')) / divisor   R-Drop: D compares the upper half of z with the lower one
    //
    // 1. CrossEntropyTwin and RDropTwin give dZ, divided by the divisor and multiplied by dLoss.
    // 2. z is a linear map of x (see LinearTwin):
    //      dX = dZ W,  dW = dZ^T x

    /// <summary>The loss; with <paramref name="alpha"/> that of R-Drop.</summary>
    /// <param name="x">[rows, dModel]; for R-Drop one pass's rows above the other's.</param>
    /// <param name="weight">[classes, dModel].</param>
    /// <param name="targets">A class for each row, or <paramref name="ignored"/>.</param>
    /// <param name="ignored">Rows with this target do not count.</param>
    /// <param name="smoothing">How much of a target's probability is spread over all classes.</param>
    /// <param name="divisor">The divisor of the summed losses.</param>
    /// <param name="alpha">The weight of D; 0 for one pass.</param>
    public static double Loss(
        ReadOnlySpan<double> x, ReadOnlySpan<double> weight, ReadOnlySpan<int> targets, int ignored = -1,
        double smoothing = 0, double divisor = 1, double alpha = 0)
    {
        var z = Logits(x, weight, targets.Length);
        var loss = CrossEntropyTwin.Loss(z, targets, ignored, smoothing);
        if (alpha > 0)
        {
            var half = z.Length / 2;
            loss += alpha * RDropTwin.Divergence(z.AsSpan(0, half), z.AsSpan(half), z.Length / targets.Length);
        }
        return loss / divisor;
    }

    /// <summary>The gradients of x and the weight, for dLoss = 1.</summary>
    /// <inheritdoc cref="Loss"/>
    public static (double[] DX, double[] DWeight) Gradients(
        ReadOnlySpan<double> x, ReadOnlySpan<double> weight, ReadOnlySpan<int> targets, int ignored = -1,
        double smoothing = 0, double divisor = 1, double alpha = 0)
    {
        var z = Logits(x, weight, targets.Length);
        var classes = z.Length / targets.Length;
        var dZ = CrossEntropyTwin.Gradient(z, targets, ignored, smoothing);
        if (alpha > 0)
        {
            var half = z.Length / 2;
            var (dA, dB) = RDropTwin.Gradient(z.AsSpan(0, half), z.AsSpan(half), classes);
            for (var i = 0; i < half; i++)
            {
                dZ[i] += alpha * dA[i];
                dZ[half + i] += alpha * dB[i];
            }
        }
        for (var i = 0; i < dZ.Length; i++) dZ[i] /= divisor;
        var (dX, dWeight, _) = LinearTwin.Backward(x, weight, z, dZ, classes);
        return (dX, dWeight);
    }

    private static double[] Logits(ReadOnlySpan<double> x, ReadOnlySpan<double> weight, int rows) =>
        LinearTwin.Forward(x, weight, new double[weight.Length / (x.Length / rows)]);
}
