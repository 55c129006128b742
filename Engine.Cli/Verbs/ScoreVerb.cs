using CommandLine;
using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>The options of <c>engine score</c>.</summary>
[Verb("score")]
internal sealed class ScoreOptions
{
    [Option("hypothesis", Required = true, MetaValue = "F")]
    public string Hypothesis { get; set; } = "";

    [Option("reference", Required = true, MetaValue = "F")]
    public IEnumerable<string> Reference { get; set; } = [];

    [Option("metric", MetaValue = "bleu|chrf|ter")]
    public IEnumerable<string> Metric { get; set; } = [];

    [Option("tokenize", Default = "13a", MetaValue = "13a|none|zh|char|intl")]
    public string Tokenize { get; set; } = "13a";

    [Option("lowercase")]
    public bool Lowercase { get; set; }

    [Option("effective-order")]
    public bool EffectiveOrder { get; set; }

    [Option("chrf-word-order", MetaValue = "N")]
    public int ChrFWordOrder { get; set; }

    [Option("ter-normalized")]
    public bool TerNormalized { get; set; }

    [Option("ter-no-punct")]
    public bool TerNoPunct { get; set; }

    [Option("ter-asian-support")]
    public bool TerAsianSupport { get; set; }

    [Option("ter-case-sensitive")]
    public bool TerCaseSensitive { get; set; }

    [Option("confidence")]
    public bool Confidence { get; set; }

    [Option("paired", MetaValue = "F")]
    public string? Paired { get; set; }

    [Option("resamples", MetaValue = "N")]
    public int? Resamples { get; set; }

    [Option("bootstrap-seed", MetaValue = "N")]
    public int? BootstrapSeed { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary><c>engine score</c>: BLEU, chrF and TER of a file of translations against files of references.</summary>
internal static class ScoreVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine score: BLEU, chrF and TER of translations, exactly as sacreBLEU computes them.

        Usage: engine score --hypothesis F --reference F [options]

          --hypothesis F     the translations, one sentence a line (required)
          --reference F      line n translates the same sentence as line n of the hypotheses (required);
                             give the option again for further references; an empty line stands for none
          --metric NAME      bleu, chrf or ter; give the option again for further metrics. By default
                             bleu and chrf
          --tokenize NAME    how BLEU splits lines into words. 13a (default): punctuation apart from words.
                             none: at white space, for text that is tokenized already. zh: as 13a, and each
                             Chinese character is a word. char: each character is a word. intl: as 13a,
                             with all of Unicode's punctuation
          --lowercase        BLEU and chrF ignore case
          --effective-order  for single sentences: leave out n-grams that are longer than the sentence
          --chrf-word-order N   0 (default): chrF. 2: chrF++, which counts words and pairs of words too
          --ter-normalized   TER keeps punctuation apart from words
          --ter-no-punct     TER leaves out punctuation
          --ter-asian-support   the two options above know Chinese and Japanese, and each Chinese
                             character is a word of TER
          --ter-case-sensitive  case matters to TER
          --json             print one JSON object
        how sure the scores are
          --confidence       the mean of the scores of resampled texts, and the margin about it in which
                             95% of them lie
          --paired F         another system's translations of the same sentences: the scores of both, and
                             whether they differ by more than chance
          --resamples N      texts to draw from the sentences, 1000 by default
          --bootstrap-seed N   the seed of the drawing, 12345 by default as in sacreBLEU

        With its signature, a score can be computed again. Text is UTF-8.

        Examples:
          engine score --hypothesis test.translated --reference data/zh-en/test.en
          engine score --hypothesis out.de --reference test.de --tokenize none --chrf-word-order 2 --json
          engine score --hypothesis new.de --paired old.de --reference test.de --metric bleu --metric ter
        """;

    /// <summary>Prints the scores, and returns the exit code.</summary>
    /// <exception cref="InputException">An option or a file is not as it must be.</exception>
    public static int Run(ScoreOptions options, CommandStreams streams)
    {
        var how = Of(options);
        how.Check();
        using var progress = new ProgressLine(streams);
        string[] references = [.. options.Reference];
        var (system, other) = (how.Counters(references.Length), how.Counters(references.Length));
        var sentences = 0L;
        string[] beside = options.Paired is { } paired ? [.. references, paired] : references;
        foreach (var (hypothesis, lines) in PairedLines.Stream(options.Hypothesis, beside, progress))
        {
            foreach (var counter in system) counter.Add(hypothesis, lines[..references.Length]);
            if (options.Paired is not null)
            {
                foreach (var counter in other) counter.Add(lines[^1], lines[..references.Length]);
            }
            sentences++;
        }
        MetricCounter[] counters = options.Paired is null ? system : [.. system, .. other];
        var resampled = how.Bootstrap is { } bootstrap ? Bootstrap.Scores(counters, bootstrap, progress) : [];
        progress.Clear();
        var all = ScoreLines.Of(counters, how.Bootstrap, resampled);
        var scores = all[..system.Length];
        var comparison = options.Paired is null ? null : new PairedScores(
            (options.Hypothesis, scores), (options.Paired, all[system.Length..]),
            [
                .. scores.Select((score, i) => Bootstrap.PValue(
                    Math.Abs(score.Score - all[system.Length + i].Score), resampled[i], resampled[system.Length + i])),
            ]);
        if (options.Json) WriteJson(streams.Output, scores, sentences, comparison);
        else if (comparison is null) ScoreLines.Write(streams.Output, scores);
        else comparison.WriteText(new ResultTable(streams.Drawing, streams.OutputIsTerminal));
        return ExitCode.Done;
    }

    private static MetricOptions Of(ScoreOptions options) => new()
    {
        Metrics = [.. options.Metric],
        Bleu = new BleuOptions
        {
            Tokenize = options.Tokenize, Lowercase = options.Lowercase, EffectiveOrder = options.EffectiveOrder,
        },
        WordOrder = options.ChrFWordOrder,
        Ter = new TerOptions
        {
            Normalized = options.TerNormalized, NoPunctuation = options.TerNoPunct,
            AsianSupport = options.TerAsianSupport, CaseSensitive = options.TerCaseSensitive,
        },
        Resamples = options.Confidence || options.Paired is not null,
        Given = (options.Resamples, options.BootstrapSeed),
    };

    private static void WriteJson(
        TextWriter output, MetricScore[] scores, long sentences, PairedScores? comparison)
    {
        var fields = new Dictionary<string, object?>();
        ScoreLines.AddTo(fields, scores);
        fields.Add("sentences", sentences);
        if (comparison is not null) fields.Add("paired", comparison.Fields());
        output.WriteLine(JsonOutput.OneLine(fields));
    }
}
