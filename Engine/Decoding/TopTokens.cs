using Engine.Kernels;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>
/// Keeps the likeliest next tokens of each row while it reads the logits block by block. It inserts a logit only if the
/// logit is above the lowest kept logit, and sorts nothing else. Of equal logits the lower token id is the likelier.
/// </summary>
/// <param name="width">The number of tokens to keep for a row.</param>
/// <param name="normalizes">Whether to compute log-sum-exp, which <see cref="LogProbability"/> needs.</param>
/// <param name="processor">Adjusts the logits before they are compared.</param>
internal sealed class TopTokens(int width, bool normalizes, LogitsProcessor processor) : ILogitReader<float>
{
    private const int ChunkSize = 64;

    private float[] blockMaxima = [], chunkMaxima = [], maxima = [], logits = [];
    private double[] sums = [];
    private int[] tokens = [], counts = [];
    private int rows;

    /// <summary>Begins a step: forgets the logits of the step before.</summary>
    /// <param name="rowCount">The number of rows that the logits of this step have.</param>
    public void Start(int rowCount)
    {
        rows = rowCount;
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
        if (chunkMaxima.Length <= count / ChunkSize) chunkMaxima = new float[(count / ChunkSize) + 1];
        processor.Penalize(block, first, count);
        var highest = blockMaxima.AsSpan(0, rows);
        RowMaximum.OfEach<float>(block, count, highest);
        if (normalizes) LogitKernel.AddToSums<float>(block, highest, maxima.AsSpan(0, rows), sums.AsSpan(0, rows));
        processor.Forbid(block, first, count);
        for (var row = 0; row < rows; row++)
        {
            if (highest[row] > Threshold(row)) Collect(row, block.Slice(row * count, count), first);
        }
    }

    /// <summary>The token ids kept for a row, the likeliest first.</summary>
    public ReadOnlySpan<int> Of(int row) => tokens.AsSpan(row * width, counts[row]);

    /// <summary>The logits of a row's kept tokens, the highest first.</summary>
    public ReadOnlySpan<float> LogitsOf(int row) => logits.AsSpan(row * width, counts[row]);

    /// <summary>
    /// The natural logarithm of a kept token's probability. Forbidden tokens keep their probability here, so the score
    /// of a translation is the network's own.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="rank">0 for the likeliest token.</param>
    public double LogProbability(int row, int rank) => logits[(row * width) + rank] - maxima[row] - Math.Log(sums[row]);

    /// <summary>The lowest logit kept for a row once it has <c>width</c> tokens: a logit must exceed it.</summary>
    private float Threshold(int row) =>
        counts[row] < width ? float.NegativeInfinity : logits[(row * width) + width - 1];

    private void Collect(int row, ReadOnlySpan<float> block, int first)
    {
        // Few chunks of a block hold a logit above the threshold; only their logits are read one by one.
        var chunk = block.Length % ChunkSize == 0 ? ChunkSize : block.Length;
        var highest = chunkMaxima.AsSpan(0, block.Length / chunk);
        RowMaximum.OfEach(block, chunk, highest);
        var threshold = Threshold(row);
        for (var c = 0; c < highest.Length; c++)
        {
            if (!(highest[c] > threshold)) continue;
            var logitsOfChunk = block.Slice(c * chunk, chunk);
            for (var i = 0; i < logitsOfChunk.Length; i++)
            {
                if (!(logitsOfChunk[i] > threshold)) continue;
                Insert(row, logitsOfChunk[i], first + (c * chunk) + i);
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
