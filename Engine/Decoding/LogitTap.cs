using System.Numerics.Tensors;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>
/// Hands logits on to a reader, and keeps copies: as the network gave the logits, and as the reader left them.
/// </summary>
/// <param name="reader">Reads the logits, and changes them in place as its logits processor says.</param>
/// <param name="rows">The number of rows of the step.</param>
/// <param name="vocabulary">The number of tokens.</param>
internal sealed class LogitTap(ILogitReader<float> reader, int rows, int vocabulary) : ILogitReader<float>
{
    private const int Candidates = 10;

    private readonly float[] logits = new float[rows * vocabulary], processed = new float[rows * vocabulary];

    /// <inheritdoc/>
    public void Read(Span<float> block, int first, int count)
    {
        Copy(block, logits, first, count);
        reader.Read(block, first, count);
        Copy(block, processed, first, count);
    }

    /// <summary>A row's logits, as the network gave them.</summary>
    public float[] Of(int row) => logits[(row * vocabulary)..((row + 1) * vocabulary)];

    /// <summary>A row's logits after penalties; forbidden tokens have -infinity.</summary>
    public float[] ProcessedOf(int row) => processed[(row * vocabulary)..((row + 1) * vocabulary)];

    /// <summary>A step in which a token was chosen: beside it, the likeliest tokens are candidates.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sentence">As in <see cref="DecodingRow"/>.</param>
    /// <param name="node">As in <see cref="DecodingRow"/>.</param>
    /// <param name="tokens">The tokens so far.</param>
    /// <param name="chosen">The token that was chosen.</param>
    /// <param name="fate">What became of it.</param>
    /// <param name="processor">The logits processor that the reader applied.</param>
    public DecodingRow Describe(
        int row, int sentence, int node, int[] tokens, int chosen, CandidateFate fate, LogitsProcessor processor)
    {
        var (before, after) = (Of(row), ProcessedOf(row));
        // Forbidden tokens keep their probability, after penalties: scores are the network's own.
        var logSum = LogSumExp(
            [.. after.Select((logit, i) => float.IsFinite(logit) ? logit : processor.Penalized(row, i, before[i]))]);
        var candidates = Enumerable.Range(0, vocabulary)
            .Where(token => float.IsFinite(after[token]) || token == chosen)
            .OrderByDescending(token => after[token])
            .Where((token, rank) => rank < Candidates || token == chosen)
            .Select(token => new DecodingCandidate(
                token, after[token] - logSum, after[token] - logSum,
                token == chosen ? fate : CandidateFate.Pruned, token == chosen ? node : -1));
        return new DecodingRow(sentence, node, tokens, before, after, [.. candidates]);
    }

    private static double LogSumExp(ReadOnlySpan<float> row)
    {
        double max = TensorPrimitives.Max(row), sum = 0;
        foreach (var logit in row) sum += Math.Exp(logit - max);
        return max + Math.Log(sum);
    }

    private void Copy(ReadOnlySpan<float> block, float[] to, int first, int count)
    {
        for (var row = 0; row < rows; row++)
            block.Slice(row * count, count).CopyTo(to.AsSpan((row * vocabulary) + first));
    }
}
