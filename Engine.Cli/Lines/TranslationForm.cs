using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>How <c>engine translate</c> writes translations.</summary>
/// <param name="Lists">Whether all translations of a line are written, with their scores.</param>
/// <param name="Explains">Whether lines about its tokens follow each translation.</param>
/// <param name="Json">Whether each line becomes a JSON object.</param>
/// <param name="WordScores">Whether the probability of each word is written.</param>
/// <param name="Alignment">Whether the alignment of the words is written.</param>
internal sealed record TranslationForm(bool Lists, bool Explains, bool Json, bool WordScores, bool Alignment)
{
    /// <summary>The form that the options ask for.</summary>
    /// <exception cref="InputException">Two options exclude each other.</exception>
    public static TranslationForm Of(TranslateOptions options)
    {
        (string Name, string What, bool IsGiven)[] fields =
        [
            ("word-scores", "the probability of each word", options.WordScores),
            ("alignment", "the alignment", options.Alignment),
        ];
        var (field, what, _) = fields.FirstOrDefault(one => one.IsGiven);
        if (options is { Json: true, Explain: true })
            throw new InputException("--json is for programs, and --explain is for people; leave one of them out.");
        if (options.Json && field is not null)
            throw new InputException($"--json has {what} already; leave --{field} out.");
        if (options.Explain && field is not null)
            throw new InputException($"--explain tells more than --{field}; leave one of them out.");
        if (options is { Explain: true, ReplaceUnknown: true })
            throw new InputException("--explain is about the words that the model chose, and --replace-unknown copies "
                + "others; leave one of them out.");
        return new TranslationForm(
            options.NBest is not null, options.Explain, options.Json, options.WordScores, options.Alignment);
    }

    /// <summary>Options that compute what this form writes.</summary>
    public TranslationOptions Wanted(TranslationOptions options) => options with
    {
        LogProbabilities = Json || WordScores, Alignment = Json || Alignment,
    };

    /// <summary>The options that ask for this form, each after a space; options of n-best lists belong to the decoder.
    /// </summary>
    public string Options =>
        (Explains ? " --explain" : "") + (Json ? " --json" : "") + (WordScores ? " --word-scores" : "")
        + (Alignment ? " --alignment" : "");

    /// <summary>The text of a line's translations.</summary>
    /// <param name="line">The line.</param>
    /// <param name="number">The number of the line, from 1; null at a prompt, where lines have no numbers.</param>
    /// <param name="found">Its translations.</param>
    /// <param name="source">Encodes the line.</param>
    public string TextOf(string line, int? number, IReadOnlyList<Translation> found, TextEncoder source) =>
        Json ? JsonOf(line, number, found, source) + "\n"
        : Lists ? string.Concat(found.Select(one => Listed(number, one.Text, one.Score, FieldsOf(one)) + "\n"))
        : FieldsOf(found[0]) is { Count: > 0 } fields
            ? string.Join(Between, [WithoutBars(found[0].Text), .. fields]) + "\n"
        : found[0].Text + "\n";

    /// <summary>A translation with its score, in the format of n-best lists that Moses made common: sentences count
    /// from 0.</summary>
    public static string Listed(int? number, string text, double score, IReadOnlyList<string>? fields = null)
    {
        var shown = FormattableString.Invariant($"{score:F6}");
        return number is { } known
            ? string.Join(
                Between,
                [FormattableString.Invariant($"{known - 1}"), WithoutBars(text), .. fields ?? [], shown])
            : string.Join(Between, [WithoutBars(text), .. fields ?? [], shown]);
    }

    private const string Between = " ||| ";

    private List<string> FieldsOf(Translation one)
    {
        var fields = new List<string>();
        if (WordScores)
        {
            IEnumerable<TranslatedWord> words = one.Words!;
            if (one.EndLogProbability is { } end) words = words.Append(new TranslatedWord("(end)", end));
            fields.Add(string.Join("  ", words.Select(word =>
                $"{WithoutBars(word.Text)} {Printable.Fixed(Math.Exp(word.LogProbability), 3)}")));
        }
        if (Alignment) fields.Add(one.Alignment!.ToString());
        return fields;
    }

    private static string JsonOf(string line, int? number, IReadOnlyList<Translation> found, TextEncoder source)
    {
        var tokens = string.IsNullOrWhiteSpace(line) ? []
            : source.Tokenizer.Tokenize(source.Normalizer.Normalize(line));
        return JsonOutput.OneLine(new
        {
            Line = number,
            Source = line,
            SourceTokens = tokens,
            Unknown = tokens.Where(token => source.Vocabulary.IdOf(token) == Vocabulary.Unknown).Distinct(),
            Translations = found.Select(one => new
            {
                one.Text,
                one.Score,
                Tokens = one.Tokens.Select(token => new
                {
                    token.Text, token.Id, token.LogProbability, Source = token.SourcePosition,
                }),
                one.EndLogProbability,
                Words = one.Words?.Select(word => new { word.Text, word.LogProbability }) ?? [],
                Alignment = new
                {
                    one.Alignment!.SourceWords,
                    one.Alignment.TargetWords,
                    Pairs = one.Alignment.Pairs.Select(pair => (int[])[pair.Source, pair.Target]),
                },
            }),
        });
    }

    // As Moses escapes bars, so that a line has its fields whatever the text.
    private static string WithoutBars(string text) =>
        text.Replace("|||", "&#124;&#124;&#124;", StringComparison.Ordinal);
}
