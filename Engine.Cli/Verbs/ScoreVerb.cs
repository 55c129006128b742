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
    private const int MostWordOrder = 6;

    /// <summary>Scores, and prints the scores; the exit code.</summary>
    /// <exception cref="InputException">An option or a file is not as it must be.</exception>
    public static int Run(ScoreOptions options, CommandStreams streams)
    {
        RequireTokenizer(options.Tokenize);
        RequireWordOrder(options.ChrFWordOrder);
        using var progress = new ProgressLine(streams);
        var hypotheses = PairedLines.Read(options.Hypothesis, progress);
        var references = options.Reference
            .Select(path => PairedLines.ReadBeside(path, hypotheses.Count, options.Hypothesis, progress)).ToArray();
        var how = new BleuOptions
        {
            Tokenize = options.Tokenize, Lowercase = options.Lowercase, EffectiveOrder = options.EffectiveOrder,
        };
        var bleu = Bleu.Of(hypotheses, references, how, progress);
        var chrF = ChrF.Of(hypotheses, references, options.ChrFWordOrder, options.Lowercase, progress);
        if (options.Json) WriteJson(streams.Output, bleu, chrF, hypotheses.Count);
        else WriteText(streams.Output, bleu, chrF);
        return Program.Done;
    }

    /// <summary>Refuses the name of a tokenizer that does not exist.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static void RequireTokenizer(string name)
    {
        if (!Bleu.Tokenizers.Contains(name))
            throw new InputException($"--tokenize '{name}' is not known; use {string.Join(", ", Bleu.Tokenizers)}.");
    }

    /// <summary>Refuses n-grams of words that chrF cannot have.</summary>
    /// <exception cref="InputException">The order is outside of its range.</exception>
    public static void RequireWordOrder(int order)
    {
        if (order is < 0 or > MostWordOrder)
            throw new InputException($"--chrf-word-order is {order}; it must be 0 (chrF) to {MostWordOrder} "
                + "(2 is chrF++).");
    }

    /// <summary>The scores as lines, as sacreBLEU prints them, with what it takes to compute them again.</summary>
    public static void WriteText(TextWriter output, BleuScore bleu, ChrFScore chrF)
    {
        output.WriteLine(bleu);
        output.WriteLine(chrF);
        output.WriteLine($"BLEU signature: {bleu.Signature}");
        output.WriteLine($"{chrF.Name} signature: {chrF.Signature}");
    }

    private static void WriteJson(TextWriter output, BleuScore bleu, ChrFScore chrF, int sentences) =>
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
