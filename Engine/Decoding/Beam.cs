using Engine.Models;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Beam search: of each sentence the few likeliest beginnings are pursued side by side, until as many translations as
/// the beam is wide have ended (see <see cref="EarlyStopping"/>) or none that is still open can be better. The
/// hypotheses of all sentences take a step together; sentences that are done leave the batch, and none influences
/// another.
/// </summary>
public static class Beam
{
    /// <summary>Translates sentences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Token numbers of each sentence, with the end token.</param>
    /// <param name="maximumLength">The most tokens of the translation of a sentence of given length.</param>
    /// <param name="options">How to search.</param>
    /// <returns>
    /// Up to <see cref="BeamOptions.NBest"/> translations of each sentence, the best first. There are fewer only where
    /// there are no more.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    public static Hypothesis[][] Decode(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, Func<int, int> maximumLength, BeamOptions options)
    {
        options.Validate();
        if (source.Count == 0) return [];
        using var state = SourceBatch.Begin(model, source, options.Width);
        if (options.Aligns) state.KeepWeights();
        // One more than the width: the end token may be among a row's best, and the sentence still goes on.
        var rules = new LogitsProcessor(options);
        var top = new TopTokens(options.Width + 1, normalizes: true, rules);
        BeamSentence[] sentences =
            [.. source.Select(tokens => new BeamSentence(options, maximumLength(tokens.Length)))];
        var open = sentences.ToList();
        var tokens = new int[sentences.Length];
        Array.Fill(tokens, Vocabulary.Begin);
        var (parents, next) = (new List<int>(), new List<int>());
        while (open.Count > 0)
        {
            rules.Start(tokens.Length, state.Length);
            var row = 0;
            foreach (var sentence in open) row += sentence.Note(rules, row);
            top.Start(tokens.Length);
            using (var tape = new Tape<float>(Mode.Inference)) model.Step(tape, tokens, state, top);
            row = 0;
            parents.Clear();
            next.Clear();
            foreach (var sentence in open) row += sentence.Advance(top, row, parents, next, state.Weights);
            open.RemoveAll(sentence => sentence.IsDone);
            state.Select([.. parents]);
            tokens = [.. next];
        }
        return [.. sentences.Select(sentence => sentence.Best())];
    }
}
