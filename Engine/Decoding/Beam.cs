using Engine.Models;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Beam search: for each sentence it extends the <see cref="BeamOptions.Width"/> likeliest hypotheses (beginnings of a
/// translation) by one token a step. The search of a sentence ends when <see cref="EarlyStopping"/> says so. The
/// hypotheses of all sentences take a step together, as one batch. A finished sentence leaves the batch, and no
/// sentence influences another.
/// </summary>
public static class Beam
{
    /// <summary>Translates sentences.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="maximumLength">The most tokens of a translation, by the number of tokens of its source.</param>
    /// <param name="options">How to search.</param>
    /// <returns>
    /// Up to <see cref="BeamOptions.NBest"/> translations of each sentence, the best first. A sentence has fewer only
    /// if the search found fewer.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="NotFiniteNumberException">A logit is NaN or infinite.</exception>
    public static Hypothesis[][] Decode(
        ITokenGenerator<float> network, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        BeamOptions options)
    {
        options.Validate();
        if (source.Count == 0) return [];
        using var batch = new DecodingBatch(network, source, options.Width, options);
        var processor = new LogitsProcessor(options);
        // Width + 1 tokens of a row: if the end token is one of them, Width tokens remain that continue the hypothesis.
        var top = new TopTokens(options.Width + 1, normalizes: true, processor);
        BeamSentence[] sentences =
            [.. source.Select((ids, i) => new BeamSentence(options, i, maximumLength(ids.Length)))];
        var open = sentences.ToList();
        var tokens = new int[sentences.Length]; // the last token of each open hypothesis
        Array.Fill(tokens, Vocabulary.Begin);
        var (parents, next) = (new List<int>(), new List<int>());
        while (open.Count > 0)
        {
            processor.Start(tokens.Length, batch.Length);
            var row = 0;
            foreach (var sentence in open) row += sentence.AddHistory(processor, row);
            top.Start(tokens.Length);
            batch.Step(tokens, top);
            row = 0;
            parents.Clear();
            next.Clear();
            var seen = options.Observer is null ? null : new List<DecodingRow>();
            foreach (var sentence in open) row += sentence.Advance(top, row, parents, next, batch, seen);
            options.Observer?.Stepped(new DecodingStep(batch.Length - 1, seen!));
            open.RemoveAll(sentence => sentence.IsDone);
            batch.Select([.. parents]);
            tokens = [.. next];
        }
        return [.. sentences.Select(sentence => sentence.Best())];
    }
}
