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

    [Option("scores", MetaValue = "F")]
    public string? Scores { get; set; }

    [Option("worst", MetaValue = "N")]
    public int? Worst { get; set; }

    [Option("metric", MetaValue = "bleu|chrf|ter")]
    public IEnumerable<string> Metric { get; set; } = [];

    [Option("tokenize", Default = "13a", MetaValue = "13a|none|zh|char|intl")]
    public string Tokenize { get; set; } = "13a";

    [Option("lowercase")]
    public bool Lowercase { get; set; }

    [Option("chrf-word-order", MetaValue = "N")]
    public int ChrFWordOrder { get; set; }

    [Option("confidence")]
    public bool Confidence { get; set; }

    [Option("resamples", MetaValue = "N")]
    public int? Resamples { get; set; }

    [Option("bootstrap-seed", MetaValue = "N")]
    public int? BootstrapSeed { get; set; }

    [Option("json")]
    public bool Json { get; set; }
}

/// <summary>
/// <c>engine evaluate</c>: translates or labels a file, and compares what the model makes with references.
/// </summary>
internal static partial class EvaluateVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine evaluate: translate or label text with a model, and compare the results with references.

        Usage: engine evaluate --source F --target F [options]

          --model DIR        the model's folder; by default the latest run under runs that saved a model
          --source F         the text to translate or to label, one sentence a line (required)
          --target F         the references: line n translates, or labels, line n of the source (required)
          --output F         a file for the translations or labels; by default they are not kept
          --worst N          show N sentences that went wrong most, by chrF of each alone; of a
                             classifier, N mistakes of which it is surest
          --json             print one JSON object
          --threads N        by default one for each processor; the scores do not depend on N
        models that translate
          --scores F         a file for the model's log-probability of each reference: a line has the sum
                             over the reference's tokens, a tab, and their number, the end included
          --metric NAME      as in 'engine score': bleu, chrf or ter; by default bleu and chrf
          --tokenize NAME    as in 'engine score': 13a (default), none, zh, char or intl
          --lowercase        BLEU and chrF ignore case
          --chrf-word-order N   0 (default): chrF. 2: chrF++
          --confidence       also how sure the scores are, as in 'engine score'
          --resamples N  --bootstrap-seed N   as in 'engine score'
        how to translate, as in 'engine help translate'
          --decoder greedy|beam|sample  --min-length N  --max-length N  --repetition-penalty X
          --no-repeat-ngram N  --replace-unknown
          --beam N  --length-penalty X  --beam-stopping width|never       beam
          --temperature X  --top-k N  --top-p X  --seed N                 sample

        The scores and exact match compare the translations with the references. Token accuracy and
        perplexity tell how well the model predicts each token of a reference from the tokens before it;
        they leave out pairs with a blank line. Of a classifier: accuracy, precision, recall and F1 of
        each label, and which labels it confuses.

        Examples:
          engine evaluate --model runs/zh-en-1 --source data/zh-en/test.zh --target data/zh-en/test.en
          engine evaluate --model runs/de-en --source test.de --target test.en --decoder beam --worst 20
          engine evaluate --model runs/sentiment-1 --source test.text --target test.label
        """;

    private const int ChunkLines = 256, MostWorst = 100_000;

    /// <summary>Evaluates, prints the results, and returns the exit code.</summary>
    /// <exception cref="InputException">An option, the model or a file is not as it must be.</exception>
    public static int Run(EvaluateOptions options, CommandStreams streams)
    {
        var translation = DecoderOptions.Of(options);
        var how = MetricsOf(options);
        how.Check();
        if (options.Worst is < 1 or > MostWorst)
            throw new InputException($"--worst is {options.Worst}; it must be 1 to {MostWorst}.");
        var threads = ThreadCount.Of(options.Threads);
        if (options.Output is { } path) OutputPath.CheckBesideResults(path);
        if (options.Scores is { } file) OutputPath.CheckBesideResults(file, "--scores");
        (string, string?)[] read = [("--source", options.Source), ("--target", options.Target)];
        OutputPath.RequireOther(options.Output, "--output", read);
        OutputPath.RequireOther(options.Scores, "--scores", [.. read, ("--output", options.Output)]);
        using var progress = new ProgressLine(streams);
        var (source, target) = PairedLines.Read(options.Source, options.Target, progress);
        var pairs = ParallelCorpus.Of(source, target, (options.Source, options.Target));
        var folder = LatestRun.Model(options.Model, streams);
        var loaded = ModelFolder.Load(folder);
        loaded.Notice = progress.Say;
        using var team = new ThreadTeam(threads);
        if (loaded is ClassificationModel classifier)
            return Classify(classifier, folder, options, source, pairs, team, progress, streams);
        var model = (TranslationModel)loaded;
        model.Require(translation);

        var clock = Stopwatch.StartNew();
        var answers = Translate(model, source, translation, options, team, progress);
        var elapsed = clock.Elapsed;
        if (options.Output is not null) WriteLines(options.Output, answers);
        var references = model.ScoreReferences(pairs, team, progress);
        if (options.Scores is not null) WriteScores(options.Scores, source.Count, pairs, references);
        var evaluation = new Evaluation(
            Score(answers, target, how, progress), ReferenceLikelihood.Of(references),
            answers.Zip(target).Count(pair => model.IsRight(pair.First, pair.Second)), source.Count, elapsed,
            new ChrFCounter(1, options.ChrFWordOrder, options.Lowercase).Name,
            options.Worst is { } count ? Worst(model, source, target, answers, options, count) : null);
        progress.Clear();
        if (options.Json) evaluation.WriteJson(streams.Output);
        else evaluation.WriteText(streams.Output);
        return ExitCode.Done;
    }

    private static MetricOptions MetricsOf(EvaluateOptions options) => new()
    {
        Metrics = [.. options.Metric],
        Bleu = new BleuOptions { Tokenize = options.Tokenize, Lowercase = options.Lowercase },
        WordOrder = options.ChrFWordOrder,
        RanksByChrF = options.Worst is not null,
        Resamples = options.Confidence,
        Given = (options.Resamples, options.BootstrapSeed),
    };

    private static MetricScore[] Score(
        List<string> answers, IReadOnlyList<string> target, MetricOptions how, ProgressLine progress)
    {
        var counters = how.Counters(references: 1);
        foreach (var counter in counters) counter.Add(answers, [target], progress);
        return ScoreLines.Of(
            counters, how.Bootstrap, how.Bootstrap is { } options ? Bootstrap.Scores(counters, options, progress) : []);
    }

    /// <summary>The translations that are not their reference and score least, the worst first.</summary>
    private static List<WorstSentence> Worst(
        TranslationModel model, IReadOnlyList<string> source, IReadOnlyList<string> target, List<string> answers,
        EvaluateOptions options, int count)
    {
        var counter = new ChrFCounter(1, options.ChrFWordOrder, options.Lowercase);
        return
        [
            .. answers.Index()
                .Where(answer => !model.IsRight(answer.Item, target[answer.Index]))
                .Select(answer => (answer.Index, Score: counter.SentenceScore(answer.Item, [target[answer.Index]])))
                .OrderBy(found => found.Score).Take(count)
                .Select(found => new WorstSentence(
                    found.Index + 1, found.Score, source[found.Index], target[found.Index], answers[found.Index])),
        ];
    }

    /// <summary>Writes the score of each reference; a pair with a blank line has a blank line.</summary>
    private static void WriteScores(
        string path, int lines, ParallelCorpus pairs, IReadOnlyList<ReferenceScore> references)
    {
        var written = new string[lines];
        Array.Fill(written, "");
        foreach (var (line, score) in pairs.Lines.Zip(references))
            written[line] = FormattableString.Invariant($"{score.LogProbability:R}\t{score.Tokens}");
        WriteLines(path, written);
    }

    private static void WriteLines(string path, IEnumerable<string> lines) =>
        AtomicFile.WriteText(path, string.Concat(lines.Select(line => line + "\n")), followsLinks: true);

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
