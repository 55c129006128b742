using System.Diagnostics;
using CommandLine;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine evaluate</c>.</summary>
[Verb("evaluate")]
internal sealed class EvaluateOptions : DecoderArguments
{
    [Option("model", MetaValue = "DIR")]
    public string? Model { get; set; }

    [Option("source", Required = true, MetaValue = "F")]
    public string Source { get; set; } = "";

    [Option("target", Required = true, MetaValue = "F")]
    public string Target { get; set; } = "";

    [Option("output", MetaValue = "F")]
    public string? Output { get; set; }

    [Option("tokenize", Default = "13a", MetaValue = "13a|none|zh|char|intl")]
    public string Tokenize { get; set; } = "13a";

    [Option("lowercase")]
    public bool Lowercase { get; set; }

    [Option("chrf-word-order", MetaValue = "N")]
    public int ChrFWordOrder { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary>
/// <c>engine evaluate</c>: translates a file, and scores the translations and how well the model predicts the
/// references.
/// </summary>
internal static class EvaluateVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine evaluate: translate text with a model, and compare the translations with references.

        Usage: engine evaluate --source F --target F [options]

          --model DIR        the model's folder; by default the latest run under runs that saved a model
          --source F         the text to translate, one sentence a line (required)
          --target F         the references: line n translates line n of the source (required)
          --output F         a file for the translations; by default they are not kept
          --tokenize NAME    as in 'engine score': 13a (default), none, zh, char or intl
          --lowercase        BLEU and chrF ignore case
          --chrf-word-order N   0 (default): chrF. 2: chrF++
          --json             print one JSON object
          --threads N        by default one for each processor; the scores do not depend on N
        how to translate, as in 'engine help translate'
          --decoder greedy|beam|sample  --min-length N  --max-length N  --repetition-penalty X
          --no-repeat-ngram N  --replace-unknown
          --beam N  --length-penalty X  --beam-stopping width|never       beam
          --temperature X  --top-k N  --top-p X  --seed N                 sample

        BLEU, chrF and exact match compare the translations with the references. Token accuracy and
        perplexity tell how well the model predicts each token of a reference from the tokens before it;
        they leave out pairs with a blank line.

        Examples:
          engine evaluate --model runs/zh-en-1 --source data/zh-en/test.zh --target data/zh-en/test.en
          engine evaluate --model runs/de-en --source test.de --target test.en --decoder beam --json
        """;

    private const int ChunkLines = 256;

    /// <summary>Evaluates, prints the scores, and returns the exit code.</summary>
    /// <exception cref="InputException">An option, the model or a file is not as it must be.</exception>
    public static int Run(EvaluateOptions options, CommandStreams streams)
    {
        var translation = DecoderOptions.Of(options);
        MetricOptions.Check(options.Tokenize, options.ChrFWordOrder);
        var threads = ThreadCount.Of(options.Threads);
        if (options.Output is { } path) OutputPath.CheckBesideResults(path);
        using var progress = new ProgressLine(streams);
        var (source, target) = PairedLines.Read(options.Source, options.Target, progress);
        var pairs = source.Zip(target)
            .Where(pair => !string.IsNullOrWhiteSpace(pair.First) && !string.IsNullOrWhiteSpace(pair.Second)).ToArray();
        if (pairs.Length == 0)
        {
            throw new InputException($"{options.Source} and {options.Target} hold no pair of sentences; "
                + "write at least one line into each");
        }
        var model = TranslationModel.Load(LatestRun.Model(options.Model, streams));
        model.Notice = progress.Say;
        model.Require(translation);

        using var team = new ThreadTeam(threads);
        var clock = Stopwatch.StartNew();
        var answers = Translate(model, source, translation, options, team, progress);
        var elapsed = clock.Elapsed;
        if (options.Output is not null)
        {
            AtomicFile.WriteText(
                options.Output, string.Concat(answers.Select(answer => answer + "\n")), followsLinks: true);
        }
        var how = new BleuOptions { Tokenize = options.Tokenize, Lowercase = options.Lowercase };
        var evaluation = new Evaluation(
            Bleu.Of(answers, [target], how, progress),
            ChrF.Of(answers, [target], options.ChrFWordOrder, options.Lowercase, progress),
            model.LikelihoodOf(ParallelCorpus.Of(pairs), team, progress),
            answers.Zip(target).Count(pair => model.IsRight(pair.First, pair.Second)),
            source.Count, elapsed);
        if (options.Json) evaluation.WriteJson(streams.Output);
        else evaluation.WriteText(streams.Output);
        return ExitCode.Done;
    }

    private static List<string> Translate(
        TranslationModel model, IReadOnlyList<string> source, TranslationOptions translation, EvaluateOptions options,
        ThreadTeam team, ProgressLine progress)
    {
        var answers = new List<string>(source.Count);
        foreach (var chunk in source.Chunk(ChunkLines))
        {
            var part = progress.Part(answers.Count, chunk.Length, source.Count);
            answers.AddRange(model.Translate(chunk, translation, team, options.Source, answers.Count + 1, part)
                .Select(found => found[0].Text));
        }
        return answers;
    }
}
