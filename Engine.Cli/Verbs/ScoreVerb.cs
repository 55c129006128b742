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

    [Option("tokenize", Default = "13a", MetaValue = "13a|none|zh|char|intl")]
    public string Tokenize { get; set; } = "13a";

    [Option("lowercase")]
    public bool Lowercase { get; set; }

    [Option("effective-order")]
    public bool EffectiveOrder { get; set; }

    [Option("chrf-word-order", MetaValue = "N")]
    public int ChrFWordOrder { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary><c>engine score</c>: BLEU and chrF of a file of translations against files of references.</summary>
internal static class ScoreVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine score: BLEU and chrF of translations, exactly as sacreBLEU computes them.

        Usage: engine score --hypothesis F --reference F [options]

          --hypothesis F     the translations, one sentence a line (required)
          --reference F      line n translates the same sentence as line n of the hypotheses (required);
                             give the option again for further references
          --tokenize NAME    how BLEU splits lines into words. 13a (default): punctuation apart from words.
                             none: at white space, for text that is tokenized already. zh: as 13a, and each
                             Chinese character is a word. char: each character is a word. intl: as 13a,
                             with all of Unicode's punctuation
          --lowercase        ignore case
          --effective-order  for single sentences: leave out n-grams that are longer than the sentence
          --chrf-word-order N   0 (default): chrF. 2: chrF++, which counts words and pairs of words too
          --json             print one JSON object

        With its signature, a score can be computed again. Text is UTF-8.

        Examples:
          engine score --hypothesis test.translated --reference data/zh-en/test.en
          engine score --hypothesis out.de --reference test.de --tokenize none --chrf-word-order 2 --json
        """;

    /// <summary>Prints the scores, and returns the exit code.</summary>
    /// <exception cref="InputException">An option or a file is not as it must be.</exception>
    public static int Run(ScoreOptions options, CommandStreams streams)
    {
        MetricOptions.Check(options.Tokenize, options.ChrFWordOrder);
        using var progress = new ProgressLine(streams);
        string[] references = [.. options.Reference];
        var how = new BleuOptions
        {
            Tokenize = options.Tokenize, Lowercase = options.Lowercase, EffectiveOrder = options.EffectiveOrder,
        };
        var bleuCounter = new BleuCounter(how, references.Length);
        var chrFCounter = new ChrFCounter(references.Length, options.ChrFWordOrder, options.Lowercase);
        var sentences = 0L;
        foreach (var (hypothesis, translations) in PairedLines.Stream(options.Hypothesis, references, progress))
        {
            bleuCounter.Add(hypothesis, translations);
            chrFCounter.Add(hypothesis, translations);
            sentences++;
        }
        var (bleu, chrF) = (bleuCounter.Score(), chrFCounter.Score());
        if (options.Json) WriteJson(streams.Output, bleu, chrF, sentences);
        else ScoreLines.Write(streams.Output, bleu, chrF);
        return ExitCode.Done;
    }

    private static void WriteJson(TextWriter output, BleuScore bleu, ChrFScore chrF, long sentences) =>
        output.WriteLine(JsonOutput.OneLine(new
        {
            bleu = bleu.Score,
            chrf = chrF.Score,
            signature = bleu.Signature,
            chrfName = chrF.Name,
            chrfSignature = chrF.Signature,
            precisions = bleu.Precisions,
            brevityPenalty = bleu.BrevityPenalty,
            ratio = bleu.Ratio,
            hypothesisLength = bleu.HypothesisLength,
            referenceLength = bleu.ReferenceLength,
            sentences,
        }));
}
