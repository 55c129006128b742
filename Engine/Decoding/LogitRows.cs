using Engine.Kernels;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>Collects whole rows of logits, for a sampler that draws from all tokens.</summary>
/// <param name="vocabulary">The number of tokens in the vocabulary.</param>
/// <param name="processor">Adjusts the logits before they are stored.</param>
internal sealed class LogitRows(int vocabulary, LogitsProcessor processor) : ILogitReader<float>
{
    private float[] blockMaxima = [], maxima = [], logits = [];
    private double[] sums = [];
    private int rows;

    /// <summary>Begins a step: forgets the logits of the step before.</summary>
    /// <param name="rowCount">The number of rows that the logits of this step have.</param>
    public void Start(int rowCount)
    {
        rows = rowCount;
        if (sums.Length < rows)
        {
            (blockMaxima, maxima) = (new float[rows], new float[rows]);
            (sums, logits) = (new double[rows], new float[rows * vocabulary]); // logits: [rows, vocabulary]
        }
        sums.AsSpan(0, rows).Clear();
        maxima.AsSpan(0, rows).Fill(float.NegativeInfinity);
    }

    /// <inheritdoc/>
    public void Read(Span<float> block, int first, int count)
    {
        processor.Penalize(block, first, count);
        var highest = blockMaxima.AsSpan(0, rows);
        RowMaximum.OfEach<float>(block, count, highest);
        LogitKernel.AddToSums<float>(block, highest, maxima.AsSpan(0, rows), sums.AsSpan(0, rows));
        processor.Forbid(block, first, count);
        for (var row = 0; row < rows; row++)
            block.Slice(row * count, count).CopyTo(logits.AsSpan((row * vocabulary) + first));
    }

    /// <summary>A row's logits, [vocabulary]; a forbidden token has -infinity.</summary>
    public ReadOnlySpan<float> Of(int row) => logits.AsSpan(row * vocabulary, vocabulary);

    /// <summary>
    /// The natural logarithm of a token's probability. Forbidden tokens keep their probability here, so the score of a
    /// translation is the network's own.
    /// </summary>
    public double LogProbability(int row, int token) => Of(row)[token] - maxima[row] - Math.Log(sums[row]);
}
