using Engine.Decoding;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>How lines become translations.</summary>
public sealed partial class TranslationModel
{
    // Sentences, and hypotheses of them, that are decoded side by side: enough rows to keep the products busy.
    private const int DecodingBatch = 64, DecodingRows = 256;

    /// <summary>Translates lines, greedily; an empty line gives an empty one.</summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">The number of the first line in that text, for messages.</param>
    /// <returns>A translation for each line, in order.</returns>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public IReadOnlyList<string> Translate(
        IReadOnlyList<string> lines, ThreadTeam? team = null, string name = "line", int first = 1) =>
        [.. Translate(lines, new TranslationOptions(), team, name, first).Select(found => found[0].Text)];

    /// <summary>Translates lines in any way; an empty line has one translation, empty, with a score of 0.</summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">
    /// The number of the first line in that text, for messages; what is drawn for a line depends on its number too.
    /// </param>
    /// <param name="progress">Is told how much is translated.</param>
    /// <returns>The translations of each line: those of a beam the best first, samples as they were drawn.</returns>
    /// <exception cref="InputException">A line has too many tokens, or <see cref="Require(TranslationOptions)"/>
    /// throws.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    public IReadOnlyList<IReadOnlyList<Translation>> Translate(
        IReadOnlyList<string> lines, TranslationOptions options, ThreadTeam? team = null, string name = "line",
        int first = 1, IProgress<WorkProgress>? progress = null)
    {
        Require(options);
        var decoder = options.ReplaceUnknown ? options.Decoder with { Aligns = true } : options.Decoder;
        var translations = new Translation[lines.Count][];
        Array.Fill(translations, [new Translation("", 0)]);
        // A wide beam, or many samples, have their rows in few sentences.
        var size = Math.Clamp(DecodingRows / Math.Max(RowsOf(decoder), 1), 1, DecodingBatch);
        InBatches(lines, size, team, name, first, progress, (batch, sources) =>
        {
            var found = Decode(decoder, sources, MaximumLength, [.. batch.Select(line => first - 1 + line)]);
            for (var i = 0; i < found.Length; i++)
            {
                var words = options.ReplaceUnknown ? Source.Tokenizer.Split(lines[batch[i]]) : null;
                translations[batch[i]] = [.. found[i].Select(best => new Translation(TextOf(best, words), best.Score))];
            }
        });
        return translations;

        // Twice the source and some: a word may be many characters, and no translation of use is longer.
        int MaximumLength(int sourceLength)
        {
            var growth = Configuration.TargetTokenizer == "char" && Configuration.SourceTokenizer != "char" ? 12 : 2;
            return Math.Min(KnownPositions, options.MaximumLength ?? (sourceLength * growth) + 10);
        }
    }

    /// <summary>Holds that the model can translate so.</summary>
    /// <exception cref="InputException">Unknown tokens are to be replaced, which are no words here; or translations may
    /// be longer than positions are known.</exception>
    public void Require(TranslationOptions options)
    {
        if (options.ReplaceUnknown && !(Source.Tokenizer.Name == "word" && Target.Tokenizer.Name == "word"))
        {
            throw new InputException(
                $"--replace-unknown copies words, but this model's tokenizers are {Source.Tokenizer.Name} (source) " +
                $"and {Target.Tokenizer.Name} (target); leave it out, or train with --tokenizer word.");
        }
        if (options.MaximumLength > KnownPositions)
        {
            throw new InputException(
                $"--max-length is {options.MaximumLength}, but this model has learned {KnownPositions} positions; " +
                $"give {KnownPositions} at most, or train with a longer --max-length or other --positions.");
        }
    }

    private static int RowsOf(DecodingOptions decoder) => decoder switch
    {
        BeamOptions beam => beam.Width,
        SamplingOptions sampling => sampling.NBest,
        _ => 1,
    };

    private Hypothesis[][] Decode(
        DecodingOptions decoder, int[][] sources, Func<int, int> maximumLength, int[] numbers) => decoder switch
        {
            BeamOptions beam => Beam.Decode(Network, sources, maximumLength, beam),
            SamplingOptions sampling => Sampling.Decode(Network, sources, maximumLength, sampling, numbers),
            GreedyOptions greedy =>
            [
                .. Greedy.Generate(Network, sources, maximumLength, greedy).Select(sequence => (Hypothesis[])
                    [new Hypothesis(sequence.Tokens, double.NaN) { SourcePositions = sequence.SourcePositions }]),
            ],
            _ => throw new ArgumentException($"{decoder.GetType().Name} is none of the decoders' options."),
        };

    /// <summary>A translation's text, in which words of the source stand for unknown ones if they are given.</summary>
    private string TextOf(Hypothesis found, IReadOnlyList<string>? words)
    {
        if (words is null) return Target.Decode([.. found.Tokens]);
        return Target.Tokenizer.Join(found.Tokens.Select((token, i) =>
            token == Vocabulary.Unknown && found.SourcePositions![i] is >= 0 and var position
                ? words[position]
                : Target.Vocabulary.TokenOf(token)));
    }

    /// <summary>Decodes the lines that are not empty, so many at a time.</summary>
    private void InBatches(
        IReadOnlyList<string> lines, int size, ThreadTeam? team, string name, int first,
        IProgress<WorkProgress>? progress, Action<int[], int[][]> decode)
    {
        var encoded = lines.Select((line, i) => Encode(Source, line, $"{name}:{first + i}: the line")).ToArray();
        // Sentences of like length end together, so that few steps run for the sake of one long one.
        var order = Enumerable.Range(0, lines.Count).Where(i => encoded[i].Length > 0)
            .OrderBy(i => encoded[i].Length).ToArray();
        var batches = order.Chunk(size).ToArray();
        using var counter = new ProgressCounter(progress, "translating", encoded.Sum(line => (long)line.Length));
        if (team is null)
        {
            for (var i = 0; i < batches.Length; i++) Decode(i);
        }
        else
        {
            team.Run(batches.Length, Decode);
        }

        void Decode(int i)
        {
            decode(batches[i], [.. batches[i].Select(line => (int[])[.. encoded[line], Vocabulary.End])]);
            counter.Add(batches[i].Sum(line => encoded[line].Length));
        }
    }
}
