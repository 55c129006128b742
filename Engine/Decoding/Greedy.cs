using Engine.Models;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Greedy decoding: every step appends the likeliest token, until the translation ends. The sentences are decoded
/// together, as one batch, which a finished translation leaves.
/// </summary>
public static class Greedy
{
    /// <summary>Translates sentences.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="maximumLength">The most tokens of a translation, by the number of tokens of its source.</param>
    /// <param name="options">How to decode.</param>
    /// <returns>The token ids of each translation, without begin and end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="NotFiniteNumberException">A logit is NaN or infinite.</exception>
    public static int[][] Decode(
        ITokenGenerator<float> network, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        GreedyOptions? options = null) =>
        [
            .. Generate(network, source, maximumLength, options ?? new())
                .Select(found => (int[])[.. found.Tokens]),
        ];

    /// <summary>As <see cref="Decode"/>, with what the options ask to record.</summary>
    internal static Hypothesis[] Generate(
        ITokenGenerator<float> network, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        GreedyOptions options)
    {
        options.Validate();
        if (source.Count == 0) return [];
        var processor = new LogitsProcessor(options);
        GeneratedSequence[] sequences =
            [.. source.Select((ids, i) => new GeneratedSequence(i, maximumLength(ids.Length)))];
        GeneratedSequence.GenerateAll(
            network, source, sequences, new GreedySampler(processor, options.RecordsLogProbabilities), processor,
            options);
        return Array.ConvertAll(sequences, sequence => sequence.Result(options));
    }

    /// <summary>Chooses the likeliest token.</summary>
    private sealed class GreedySampler(LogitsProcessor processor, bool normalizes) : ISampler
    {
        private readonly TopTokens top = new(1, normalizes, processor);

        public void Start(int rows) => top.Start(rows);

        public void Read(Span<float> logits, int first, int count) => top.Read(logits, first, count);

        // If every token is forbidden, no token is the top token.
        public int Choose(int row, GeneratedSequence sequence, out double logProbability)
        {
            var isAny = top.Of(row).Length > 0;
            logProbability = !normalizes ? double.NaN : isAny ? top.LogProbability(row, 0) : 0;
            return isAny ? top.Of(row)[0] : Vocabulary.End;
        }
    }
}
