using Engine.Kernels;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>Whole rows of logits, for a decoder that draws from all tokens.</summary>
/// <param name="vocabulary">How many tokens there are.</param>
/// <param name="rules">What becomes of logits first.</param>
internal sealed class LogitRows(int vocabulary, LogitsProcessor rules) : ILogitReader<float>
{
    private float[] blockMaxima = [], maxima = [], logits = [];
    private double[] sums = [];
    private int rows;

    /// <summary>Forgets what was read.</summary>
    /// <param name="rowsToCome">How many rows the logits will have.</param>
    public void Start(int rowsToCome)
    {
        rows = rowsToCome;
        if (sums.Length < rows)
        {
            (blockMaxima, maxima) = (new float[rows], new float[rows]);
            (sums, logits) = (new double[rows], new float[rows * vocabulary]);
        }
        sums.AsSpan(0, rows).Clear();
        maxima.AsSpan(0, rows).Fill(float.NegativeInfinity);
    }

    /// <inheritdoc/>
    public void Read(Span<float> block, int first, int count)
    {
        rules.Penalize(block, first, count);
        var highest = blockMaxima.AsSpan(0, rows);
        LogitKernel.Maxima<float>(block, count, highest);
        LogitKernel.AddToSums<float>(block, highest, maxima.AsSpan(0, rows), sums.AsSpan(0, rows));
        rules.Forbid(block, first, count);
        for (var row = 0; row < rows; row++)
            block.Slice(row * count, count).CopyTo(logits.AsSpan((row * vocabulary) + first));
    }

    /// <summary>A row's logits; what is forbidden has -infinity.</summary>
    public ReadOnlySpan<float> Of(int row) => logits.AsSpan(row * vocabulary, vocabulary);

    /// <summary>The natural logarithm of a token's probability, among all tokens of the vocabulary.</summary>
    public double LogProbability(int row, int token) => Of(row)[token] - maxima[row] - Math.Log(sums[row]);
}
