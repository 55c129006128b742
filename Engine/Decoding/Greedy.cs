using System.Numerics.Tensors;
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
    /// <returns>Token numbers of each translation, without begin and end.</returns>
    public static int[][] Decode(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, Func<int, int> maximumLength)
    {
        var layout = SequenceLayout.Packed([.. source.Select(sentence => sentence.Length)]);
        DecodingState<float> state;
        using (var tape = new Tape<float>(Mode.Inference))
            state = model.BeginDecoding(
                model.Encode(tape, [.. source.SelectMany(sentence => sentence)], layout), layout);

        var translations = source.Select(_ => new List<int>()).ToArray();
        int[] open = [.. Enumerable.Range(0, source.Count)];
        var tokens = new int[source.Count];
        Array.Fill(tokens, Vocabulary.Begin);
        while (open.Length > 0)
        {
            using var tape = new Tape<float>(Mode.Inference);
            var logits = model.Step(tape, tokens, state); // [open sentences, vocabulary]
            var vocabulary = logits.Shape[1];
            var kept = new List<int>(open.Length);
            var next = new List<int>(open.Length);
            for (var i = 0; i < open.Length; i++)
            {
                var token = Likeliest(logits.Span.Slice(i * vocabulary, vocabulary));
                var translation = translations[open[i]];
                if (token == Vocabulary.End) continue;
                translation.Add(token);
                if (translation.Count >= maximumLength(source[open[i]].Length)) continue;
                kept.Add(i);
                next.Add(token);
            }
            if (kept.Count < open.Length && kept.Count > 0) state.Select([.. kept]);
            open = [.. kept.Select(i => open[i])];
            tokens = [.. next];
        }
        return [.. translations.Select(translation => translation.ToArray())];
    }

    /// <summary>
    /// The most likely token that can stand in a sentence: padding and begin cannot, and lose their logits.
    /// </summary>
    private static int Likeliest(Span<float> logits)
    {
        logits[Vocabulary.Pad] = logits[Vocabulary.Begin] = float.NegativeInfinity;
        return TensorPrimitives.IndexOfMax<float>(logits);
    }
}
