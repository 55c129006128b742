using Engine.Models;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Greedy decoding: the most likely token at each step, until the sentence ends. Sentences are decoded side by side;
/// those that have ended leave the batch.
/// </summary>
public static class Greedy
{
    /// <summary>Translates sentences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Token numbers of each sentence, with the end token.</param>
    /// <param name="maximumLength">The most tokens of the translation of a sentence of given length.</param>
    /// <param name="options">How to decode.</param>
    /// <returns>Token numbers of each translation, without begin and end.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    public static int[][] Decode(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        GreedyOptions? options = null) =>
        [.. Write(model, source, maximumLength, options ?? new()).Select(sequence => (int[])[.. sequence.Tokens])];

    /// <summary>Translates sentences, and says what it looked at if asked to.</summary>
    internal static IReadOnlyList<GeneratedSequence> Write(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        GreedyOptions options)
    {
        options.Validate();
        if (source.Count == 0) return [];
        var rules = new LogitsProcessor(options);
        GeneratedSequence[] sequences =
            [.. source.Select((tokens, i) => new GeneratedSequence(i, maximumLength(tokens.Length)))];
        GeneratedSequence.Run(model, source, sequences, new Likeliest(rules), rules, options.Aligns);
        return sequences;
    }

    /// <summary>Chooses the likeliest token.</summary>
    private sealed class Likeliest(LogitsProcessor rules) : ISampler
    {
        private readonly TopTokens top = new(1, normalizes: false, rules);

        public void Start(int rows) => top.Start(rows);

        public void Read(Span<float> logits, int first, int count) => top.Read(logits, first, count);

        // There is none where the model has diverged.
        public int Choose(int row, GeneratedSequence sequence) =>
            top.Of(row) is [var likeliest] ? likeliest : Vocabulary.End;
    }
}
