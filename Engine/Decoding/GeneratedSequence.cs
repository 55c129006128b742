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
/// <param name="sample">The number of the sample, for sampling.</param>
internal sealed class GeneratedSequence(int sentence, int maximumLength, int sample = 0)
{
    private readonly List<int> tokens = [], positions = [];
    private readonly List<double> logProbabilities = [];
    private double logProbability;

    /// <summary>The token ids generated so far, without begin and end.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>The translation, with what the options ask for.</summary>
    public Hypothesis Result(DecodingOptions options) => new(tokens, logProbability)
    {
        SourcePositions = options.Aligns ? positions : null,
        LogProbabilities = options.RecordsLogProbabilities ? logProbabilities : null,
    };

    /// <summary>
    /// Generates all sequences together, as one batch, until each has ended or has reached its maximum length. A
    /// finished sequence leaves the batch.
    /// </summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="sequences">Empty sequences; the sequences of a sentence are neighbours.</param>
    /// <param name="sampler">Chooses the tokens.</param>
    /// <param name="processor">The logits processor that the sampler applies.</param>
    /// <param name="options">What to record of each token, and who looks on.</param>
    public static void GenerateAll(
        ITokenGenerator<float> network, IReadOnlyList<int[]> source, IReadOnlyList<GeneratedSequence> sequences,
        ISampler sampler, LogitsProcessor processor, DecodingOptions options)
    {
        using var batch = new DecodingBatch(network, source, sequences.Count / source.Count, options);
        if (sequences.Count > source.Count) batch.Select([.. sequences.Select(sequence => sequence.Sentence)]);
        var open = sequences.ToArray();
        var tokens = new int[open.Length]; // the last token of each open sequence
        Array.Fill(tokens, Vocabulary.Begin);
        var kept = new List<int>(open.Length);
        while (open.Length > 0)
        {
            processor.Start(open.Length, batch.Length);
            for (var i = 0; i < open.Length && processor.ReadsHistory; i++) processor.AddHistory(i, open[i].Ids);
            for (var i = 0; i < open.Length && processor.Forces; i++)
                processor.Force(i, open[i].Sentence, batch.Length);
            sampler.Start(open.Length);
            batch.Step(tokens, sampler);
            var seen = options.Observer is null ? null : new List<DecodingRow>();
            kept.Clear();
            for (var i = 0; i < open.Length; i++)
            {
                var token = sampler.Choose(i, open[i], out var likely);
                open[i].logProbability += likely;
                if (options.RecordsLogProbabilities) open[i].logProbabilities.Add(likely);
                seen?.Add(open[i].Describe(batch.Logits!, i, token, processor));
                if (open[i].Append(token, batch.Weights, i)) kept.Add(i);
            }
            options.Observer?.Stepped(new DecodingStep(batch.Length - 1, seen!));
            if (kept.Count < open.Length)
            {
                batch.Select([.. kept]);
                open = [.. kept.Select(i => open[i])];
                tokens = new int[open.Length];
            }
            for (var i = 0; i < open.Length; i++) tokens[i] = open[i].tokens[^1];
        }
    }

    private int Sentence => sentence;

    /// <summary>The step in which a token was chosen, for an observer.</summary>
    private DecodingRow Describe(LogitTap logits, int row, int token, LogitsProcessor processor)
    {
        var ends = token == Vocabulary.End || tokens.Count + 1 >= maximumLength;
        var fate = ends ? CandidateFate.Finished : CandidateFate.Kept;
        return logits.Describe(row, sentence, sample, [.. tokens], token, fate, processor);
    }

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
