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
    /// <param name="minimumLength">The fewest tokens of a translation.</param>
    /// <returns>Token numbers of each translation, without begin and end.</returns>
    public static int[][] Decode(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        int minimumLength = 0)
    {
        if (source.Count == 0) return [];
        using var state = SourceBatch.Begin(model, source, hypotheses: 1);
        var top = new TopTokens(1, normalizes: false);
        var translations = new List<int>[source.Count];
        var (open, tokens) = (new int[source.Count], new int[source.Count]);
        for (var i = 0; i < open.Length; i++) (translations[i], open[i], tokens[i]) = ([], i, Vocabulary.Begin);
        var kept = new List<int>(open.Length);
        while (open.Length > 0)
        {
            top.Start(open.Length, state.Length >= minimumLength);
            using (var tape = new Tape<float>(Mode.Inference)) model.Step(tape, tokens, state, top);
            kept.Clear();
            for (var i = 0; i < open.Length; i++)
            {
                // There is none where the model has diverged.
                var token = top.Of(i) is [var likeliest] ? likeliest : Vocabulary.End;
                if (token == Vocabulary.End) continue;
                var translation = translations[open[i]];
                translation.Add(token);
                if (translation.Count < maximumLength(source[open[i]].Length)) kept.Add(i);
            }
            if (kept.Count < open.Length)
            {
                state.Select([.. kept]);
                open = [.. kept.Select(i => open[i])];
                tokens = new int[open.Length];
            }
            for (var i = 0; i < open.Length; i++) tokens[i] = translations[open[i]][^1];
        }
        return [.. translations.Select(translation => translation.ToArray())];
    }
}
