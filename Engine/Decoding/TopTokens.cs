using Engine.Kernels;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>
/// The few likeliest next tokens of each row, kept while the logits go by: only a logit above the least of those kept
/// is looked at, and nothing is sorted. Of equal logits the lower token is the likelier.
/// </summary>
/// <param name="width">How many tokens are kept for a row.</param>
/// <param name="normalizes">Whether log-sum-exp is computed, which <see cref="LogProbability"/> needs.</param>
/// <param name="rules">What becomes of logits first.</param>
internal sealed class TopTokens(int width, bool normalizes, LogitsProcessor rules) : ILogitReader<float>
{
    private const int Stretch = 64;

    private float[] blockMaxima = [], stretchMaxima = [], maxima = [], logits = [];
    private double[] sums = [];
    private int[] tokens = [], counts = [];
    private int rows;

    /// <summary>Forgets what was read.</summary>
    /// <param name="rowsToCome">How many rows the logits will have.</param>
    public void Start(int rowsToCome)
    {
        rows = rowsToCome;
        if (counts.Length < rows)
        {
            (blockMaxima, maxima, sums) = (new float[rows], new float[rows], new double[rows]);
            (logits, tokens, counts) = (new float[rows * width], new int[rows * width], new int[rows]);
        }
        counts.AsSpan(0, rows).Clear();
        sums.AsSpan(0, rows).Clear();
        maxima.AsSpan(0, rows).Fill(float.NegativeInfinity);
    }

    /// <inheritdoc/>
    public void Read(Span<float> block, int first, int count)
    {
        if (stretchMaxima.Length <= count / Stretch) stretchMaxima = new float[(count / Stretch) + 1];
        rules.Penalize(block, first, count);
        var highest = blockMaxima.AsSpan(0, rows);
        LogitKernel.Maxima<float>(block, count, highest);
        if (normalizes) LogitKernel.AddToSums<float>(block, highest, maxima.AsSpan(0, rows), sums.AsSpan(0, rows));
        rules.Forbid(block, first, count);
        for (var row = 0; row < rows; row++)
        {
            if (highest[row] > Threshold(row)) Collect(row, block.Slice(row * count, count), first);
        }
    }

    /// <summary>The tokens kept for a row, the likeliest first.</summary>
    public ReadOnlySpan<int> Of(int row) => tokens.AsSpan(row * width, counts[row]);

    /// <summary>Their logits.</summary>
    public ReadOnlySpan<float> LogitsOf(int row) => logits.AsSpan(row * width, counts[row]);

    /// <summary>The natural logarithm of a kept token's probability, among all tokens of the vocabulary.</summary>
    /// <param name="row">The row.</param>
    /// <param name="rank">0 for the likeliest token.</param>
    public double LogProbability(int row, int rank) => logits[(row * width) + rank] - maxima[row] - Math.Log(sums[row]);

    /// <summary>What a logit must exceed to be kept.</summary>
    private float Threshold(int row) =>
        counts[row] < width ? float.NegativeInfinity : logits[(row * width) + width - 1];

    private void Collect(int row, ReadOnlySpan<float> block, int first)
    {
        // Few stretches of a block hold a logit above the threshold; only those are read one by one.
        var stretch = block.Length % Stretch == 0 ? Stretch : block.Length;
        var highest = stretchMaxima.AsSpan(0, block.Length / stretch);
        LogitKernel.Maxima(block, stretch, highest);
        var threshold = Threshold(row);
        for (var s = 0; s < highest.Length; s++)
        {
            if (!(highest[s] > threshold)) continue;
            var logitsOfStretch = block.Slice(s * stretch, stretch);
            for (var i = 0; i < logitsOfStretch.Length; i++)
            {
                if (!(logitsOfStretch[i] > threshold)) continue;
                Insert(row, logitsOfStretch[i], first + (s * stretch) + i);
                threshold = Threshold(row);
            }
        }
    }

    private void Insert(int row, float logit, int token)
    {
        var (start, at) = (row * width, counts[row] < width ? counts[row]++ : width - 1);
        for (; at > 0 && logits[start + at - 1] < logit; at--)
            (logits[start + at], tokens[start + at]) = (logits[start + at - 1], tokens[start + at - 1]);
        (logits[start + at], tokens[start + at]) = (logit, token);
    }
}
