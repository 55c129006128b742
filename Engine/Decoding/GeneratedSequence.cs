using System.Runtime.InteropServices;
using Engine.Layers;
using Engine.Models;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// A translation that greedy decoding or sampling generates token by token. No token is ever taken back, which
/// distinguishes it from a hypothesis of a beam.
/// </summary>
/// <param name="sentence">The index of the source sentence that it translates.</param>
/// <param name="maximumLength">The most tokens it may have.</param>
internal sealed class GeneratedSequence(int sentence, int maximumLength)
{
    private readonly List<int> tokens = [], positions = [];

    /// <summary>The token ids generated so far, without begin and end.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>As <see cref="Hypothesis.SourcePositions"/>; empty unless they were asked for.</summary>
    public IReadOnlyList<int> SourcePositions => positions;

    /// <summary>
    /// Generates all sequences together, as one batch, until each has ended or has reached its maximum length. A
    /// finished sequence leaves the batch.
    /// </summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="sequences">Empty sequences; the sequences of a sentence are neighbours.</param>
    /// <param name="sampler">Chooses the tokens.</param>
    /// <param name="processor">The logits processor that the sampler applies.</param>
    /// <param name="aligns">Whether to record <see cref="SourcePositions"/>.</param>
    public static void GenerateAll(
        TranslationNetwork<float> network, IReadOnlyList<int[]> source, IReadOnlyList<GeneratedSequence> sequences,
        ISampler sampler, LogitsProcessor processor, bool aligns)
    {
        using var state = SourceBatch.Begin(network, source, sequences.Count / source.Count);
        if (aligns) state.KeepWeights();
        if (sequences.Count > source.Count) state.Select([.. sequences.Select(sequence => sequence.Sentence)]);
        var open = sequences.ToArray();
        var tokens = new int[open.Length]; // the last token of each open sequence
        Array.Fill(tokens, Vocabulary.Begin);
        var kept = new List<int>(open.Length);
        while (open.Length > 0)
        {
            processor.Start(open.Length, state.Length);
            for (var i = 0; i < open.Length && processor.ReadsHistory; i++) processor.AddHistory(i, open[i].Ids);
            sampler.Start(open.Length);
            using (var tape = new Tape<float>(Mode.Inference)) network.Step(tape, tokens, state, sampler);
            kept.Clear();
            for (var i = 0; i < open.Length; i++)
            {
                if (open[i].Append(sampler.Choose(i, open[i]), state.Weights, i)) kept.Add(i);
            }
            if (kept.Count < open.Length)
            {
                state.Select([.. kept]);
                open = [.. kept.Select(i => open[i])];
                tokens = new int[open.Length];
            }
            for (var i = 0; i < open.Length; i++) tokens[i] = open[i].tokens[^1];
        }
    }

    private int Sentence => sentence;

    private ReadOnlySpan<int> Ids => CollectionsMarshal.AsSpan(tokens);

    /// <summary>Appends a token, unless it is the end token.</summary>
    /// <returns>Whether the sequence continues: it has not ended, and is shorter than its maximum length.</returns>
    private bool Append(int token, StepWeights<float>? weights, int row)
    {
        if (token == Vocabulary.End) return false;
        tokens.Add(token);
        if (weights is not null) positions.Add(Alignment.Of(weights, row));
        return tokens.Count < maximumLength;
    }
}
