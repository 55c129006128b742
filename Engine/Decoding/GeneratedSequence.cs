using System.Runtime.InteropServices;
using Engine.Layers;
using Engine.Models;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>Reads the logits of a step, and chooses each row's next token.</summary>
internal interface ISampler : ILogitReader<float>
{
    /// <summary>Forgets what was read.</summary>
    /// <param name="rows">How many rows the logits will have.</param>
    void Start(int rows);

    /// <summary>The token by which a row's translation goes on; the end where none has a probability.</summary>
    int Choose(int row, GeneratedSequence sequence);
}

/// <summary>A translation that is written token by token and never looks back: greedily, or by chance.</summary>
/// <param name="sentence">Which of the source sentences it translates.</param>
/// <param name="maximumLength">The most tokens it may have.</param>
internal sealed class GeneratedSequence(int sentence, int maximumLength)
{
    private readonly List<int> tokens = [], positions = [];

    /// <summary>The tokens so far, without begin and end.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>As <see cref="Hypothesis.SourcePositions"/>; empty if they were not asked for.</summary>
    public IReadOnlyList<int> SourcePositions => positions;

    /// <summary>
    /// Writes translations side by side, until each has ended or is as long as it may be; those that have ended leave
    /// the batch.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Token numbers of each sentence, with the end token.</param>
    /// <param name="sequences">The translations, none begun; those of a sentence stand together.</param>
    /// <param name="chooser">What chooses the tokens.</param>
    /// <param name="rules">What the chooser applies to logits.</param>
    /// <param name="aligns">Whether source positions are wanted.</param>
    public static void Run(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, IReadOnlyList<GeneratedSequence> sequences,
        ISampler chooser, LogitsProcessor rules, bool aligns)
    {
        using var state = SourceBatch.Begin(model, source, sequences.Count / source.Count);
        if (aligns) state.KeepWeights();
        if (sequences.Count > source.Count) state.Select([.. sequences.Select(sequence => sequence.Sentence)]);
        var open = sequences.ToArray();
        var tokens = new int[open.Length];
        Array.Fill(tokens, Vocabulary.Begin);
        var kept = new List<int>(open.Length);
        while (open.Length > 0)
        {
            rules.Start(open.Length, state.Length);
            for (var i = 0; i < open.Length && rules.ReadsHistory; i++) rules.Note(i, open[i].Said);
            chooser.Start(open.Length);
            using (var tape = new Tape<float>(Mode.Inference)) model.Step(tape, tokens, state, chooser);
            kept.Clear();
            for (var i = 0; i < open.Length; i++)
            {
                if (open[i].GoesOn(chooser.Choose(i, open[i]), state.Weights, i)) kept.Add(i);
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

    private ReadOnlySpan<int> Said => CollectionsMarshal.AsSpan(tokens);

    /// <summary>Appends a token; whether another follows.</summary>
    private bool GoesOn(int token, StepWeights<float>? weights, int row)
    {
        if (token == Vocabulary.End) return false;
        tokens.Add(token);
        if (weights is not null) positions.Add(Alignment.Of(weights, row));
        return tokens.Count < maximumLength;
    }
}
