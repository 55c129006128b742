using Engine.Decoding;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

// How lines become translations.
public sealed partial class TranslationModel
{
    // Sentences, and hypotheses of all sentences, that are decoded together: enough rows for a fast matrix product.
    private const int DecodingBatch = 64, DecodingRows = 256;

    // The most tokens of the hypotheses that are decoded together, each at its greatest length. Their keys and values
    // stay in memory: with 6 layers of 512 features they take 800 MB if every hypothesis becomes that long.
    private const int DecodingTokens = 32_768;

    /// <summary>Translates lines, greedily; an empty line has an empty translation.</summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">The number of the first line in that text, for messages.</param>
    /// <returns>A translation for each line, in order.</returns>
    /// <exception cref="InputException">
    /// A line has too many tokens, or the model's scores for it are no numbers.
    /// </exception>
    public IReadOnlyList<string> Translate(
        IReadOnlyList<string> lines, ThreadTeam? team = null, string name = "line", int first = 1) =>
        [.. Translate(lines, new TranslationOptions(), team, name, first).Select(found => found[0].Text)];

    /// <summary>
    /// Translates lines with any decoder; an empty line has one translation, which is empty and has a score of 0.
    /// </summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">
    /// The number of the first line in that text, for messages; the samples of a line depend on its number too.
    /// </param>
    /// <param name="progress">Is told how much is translated.</param>
    /// <returns>
    /// The translations of each line: a beam's with the best first, samples in the order in which they were drawn.
    /// </returns>
    /// <exception cref="InputException">A line has too many tokens, the model's scores for it are no numbers, or
    /// <see cref="Require(TranslationOptions)"/> throws.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    public IReadOnlyList<IReadOnlyList<Translation>> Translate(
        IReadOnlyList<string> lines, TranslationOptions options, ThreadTeam? team = null, string name = "line",
        int first = 1, IProgress<WorkProgress>? progress = null) =>
        Translate(lines, options, [], team, name, first, progress);

    /// <summary>Translates lines as an ensemble with other models, whose target vocabulary is this model's.</summary>
    /// <inheritdoc cref="TranslationEnsemble.Translate"/>
    internal IReadOnlyList<IReadOnlyList<Translation>> Translate(
        IReadOnlyList<string> lines, TranslationOptions options, IReadOnlyList<TranslationModel> others,
        ThreadTeam? team, string name, int first, IProgress<WorkProgress>? progress)
    {
        Require(options);
        foreach (var other in others) other.RequireLength(options);
        if (options.Prefixes is { } given && given.Count != lines.Count)
            throw new ArgumentException(FormattableString.Invariant(
                $"the prefixes are {given.Count} and the lines {lines.Count}; give each line a prefix, or none."),
                nameof(options));
        var decoder = DecoderOf(options);
        var translations = new Translation[lines.Count][];
        Array.Fill(
            translations,
            [
                new("", 0)
                {
                    Words = options.LogProbabilities ? [] : null,
                    Alignment = options.Alignment ? new WordAlignment([], [], []) : null,
                },
            ]);
        // A wide beam, or many samples, fill the rows with few sentences.
        var hypotheses = Math.Max(RowsOf(decoder), 1);
        var size = Math.Clamp(DecodingRows / hypotheses, 1, DecodingBatch);
        InBatches(new(lines, name, first), Size, team, progress, "translating", (batch, sources) =>
        {
            var prefixes = options.Prefixes is null ? null : Array.ConvertAll(batch, line => PrefixOf(options, line));
            for (var i = 0; i < batch.Length && prefixes is not null; i++)
                RequirePossible(prefixes[i], Longest(sources[i].Length), name, first + batch[i]);
            ITokenGenerator<float> network = others.Count == 0 ? Network : new EnsembleGenerator(
                [Network, .. others.Select(other => other.Network)],
                [.. others.Select(other => Array.ConvertAll(batch, line => other.SourceOf(
                    lines[line], FormattableString.Invariant($"{name}:{first + line}: the line"))))]);
            var found = Decode(
                network, decoder with { Prefixes = prefixes is null ? null : [.. prefixes.Select(Target.IdsOf)] },
                sources, Longest, [.. batch.Select(line => first - 1 + line)]);
            for (var i = 0; i < found.Length; i++)
                translations[batch[i]] = TranslationsOf(found[i], lines[batch[i]], prefixes?[i], options);
        });
        return translations;

        int Size(int longest) => (int)Math.Min(
            size, DecodingTokens / Math.Max((1L + others.Count) * hypotheses * Longest(longest), 1));

        int Longest(int sourceLength) => others.Aggregate(
            MaximumLength(options, sourceLength), (least, other) => Math.Min(least, other.KnownPositions));
    }

    /// <summary>Translates one sentence, given as ids.</summary>
    /// <param name="source">Its ids, the end included; at least one.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="number">The number of the sentence in its text, from 0, which samples depend on.</param>
    /// <returns>The translations, as the decoder orders them.</returns>
    /// <exception cref="InputException"><see cref="Require(TranslationOptions)"/> throws.</exception>
    internal Hypothesis[] Decode(int[] source, TranslationOptions options, int number = 0)
    {
        Require(options);
        var prefix = options.Prefixes is null ? [] : PrefixOf(options, 0);
        RequirePossible(prefix, MaximumLength(options, source.Length), "line", number + 1);
        return Decode(
            Network, options.Decoder with { Prefixes = [Target.IdsOf(prefix)] }, [source],
            length => MaximumLength(options, length), [number])[0];
    }

    /// <summary>The most tokens of a translation: as the options say, or by the length of the source.</summary>
    /// <param name="options">How to translate.</param>
    /// <param name="sourceLength">The tokens of the source, the end included.</param>
    public int MaximumLength(TranslationOptions options, int sourceLength)
    {
        // No useful translation is longer than twice the source and 10 tokens; a word may become many characters.
        var growsToCharacters =
            Target.Tokenizer.Unit == TokenUnit.Character && Source.Tokenizer.Unit != TokenUnit.Character;
        var growth = growsToCharacters ? 12 : 2;
        return Math.Min(KnownPositions, options.MaximumLength ?? (sourceLength * growth) + 10);
    }

    /// <summary>Refuses options that the model cannot translate with.</summary>
    /// <exception cref="InputException">
    /// Unknown words are to be replaced, but the model's tokens are not words; or a translation may have more tokens
    /// than the model has learned positions.
    /// </exception>
    public void Require(TranslationOptions options)
    {
        var hasWords = Source.Tokenizer.Unit == TokenUnit.Word && Target.Tokenizer.Unit == TokenUnit.Word;
        if (options.ReplaceUnknown && !hasWords)
        {
            throw new InputException(
                $"{nameof(TranslationOptions)}.{nameof(options.ReplaceUnknown)} copies words, but this model's "
                + $"tokenizers are {Source.Tokenizer.Name} (source) and {Target.Tokenizer.Name} (target); leave it "
                + $"out, or train with {OptionTable.InMessages(TrainingConfiguration.Tokenizer)} word.");
        }
        RequireLength(options);
    }

    private void RequireLength(TranslationOptions options)
    {
        if (options.MaximumLength > KnownPositions)
        {
            throw new InputException(
                $"{nameof(TranslationOptions)}.{nameof(options.MaximumLength)} is {options.MaximumLength}, but this "
                + $"model has learned {KnownPositions} positions; give {KnownPositions} at most, or train with a "
                + $"longer {OptionTable.InMessages(nameof(Configuration.MaxLength))} or other "
                + $"{OptionTable.InMessages(nameof(Configuration.Positions))}.");
        }
    }

    private static DecodingOptions DecoderOf(TranslationOptions options) => options.Decoder with
    {
        Aligns = options.ReplaceUnknown || options.Alignment, RecordsLogProbabilities = options.LogProbabilities,
    };

    /// <summary>The tokens of a line's forced beginning.</summary>
    private string[] PrefixOf(TranslationOptions options, int line) =>
        [.. Target.Tokenizer.Tokenize(Target.Normalizer.Normalize(options.Prefixes![line]))];

    private static void RequirePossible(string[] prefix, int most, string name, int line)
    {
        if (prefix.Length <= most) return;
        throw new InputException(FormattableString.Invariant(
            $"{name}:{line}: the forced beginning of the translation has {prefix.Length:N0} tokens, and the ")
            + FormattableString.Invariant($"translation may have {most:N0}; shorten it, or allow longer ")
            + "translations (TranslationOptions.MaximumLength).");
    }

    /// <summary>The ids of a source line, with the end.</summary>
    private int[] SourceOf(string line, string which)
    {
        var ids = Source.Encode(line);
        RequireLength(ids, line, which);
        return [.. ids, Vocabulary.End];
    }

    private static int RowsOf(DecodingOptions decoder) => decoder switch
    {
        BeamOptions beam => beam.Width,
        SamplingOptions sampling => sampling.NBest,
        _ => 1,
    };

    private static Hypothesis[][] Decode(
        ITokenGenerator<float> network, DecodingOptions decoder, int[][] sources, Func<int, int> maximumLength,
        int[] numbers) => decoder switch
        {
            BeamOptions beam => Beam.Decode(network, sources, maximumLength, beam),
            SamplingOptions sampling => Sampling.Decode(network, sources, maximumLength, sampling, numbers),
            GreedyOptions greedy =>
                [.. Greedy.Generate(network, sources, maximumLength, greedy).Select(found => (Hypothesis[])[found])],
            _ => throw new ArgumentException($"{decoder.GetType().Name} is not one of the decoders' options."),
        };
}
