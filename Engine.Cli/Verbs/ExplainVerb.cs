using CommandLine;
using Engine.Inspection;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine explain</c>.</summary>
[Verb("explain")]
internal sealed class ExplainOptions
{
    [Option("model", MetaValue = "DIR")]
    public string? Model { get; set; }

    [Option("source", Required = true, MetaValue = "SENTENCE")]
    public string Source { get; set; } = "";

    [Option("target", Required = true, MetaValue = "SENTENCE")]
    public string Target { get; set; } = "";

    [Option("filter", MetaValue = "NAME")]
    public string? Filter { get; set; }

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("json")]
    public bool Json { get; set; }

    [Option("html", MetaValue = "F")]
    public string? Html { get; set; }
}

/// <summary><c>engine explain</c>: shows one training step as its tape saw it.</summary>
internal static class ExplainVerb
{
    private const string View = "step";

    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine explain: one training step of a pair, operation by operation, forward and back.

        Usage: engine explain --source "..." --target "..." [options]

          --source "..."     the source sentence (required)
          --target "..."     its translation, or its label (required)
          --model DIR        the model's folder; by default the latest run under runs, or else a new
                             model with random weights and the words of the two sentences
          --filter NAME      only operations whose name, module, or file contains NAME
          --seed N           turns dropout on, as in training, and draws it; without --seed nothing is
                             dropped
          --json             print one JSON object: the step with all its nodes, parameters too
          --html F           instead, write the page of 'engine serve' with this step, filter and seed:
                             one file that works without a server. It is written whole or not at all

        Forward: number, operation, module and the line of source code that calls it; the formula; the
        inputs with their shapes, the shape of the output and its norm. Then back: the gradients by
        formula, the norm of the gradient that arrives, and where gradients go; beside a parameter stands
        the norm of its whole gradient. At the end: the norms of the gradients by layer. The weights stay
        as they are.

        Examples:
          engine explain --source "我现在爱你" --target "I love you now"
          engine explain --model runs/zh-en-1 --source "我爱你" --target "I love you" --filter attention
        """;

    /// <summary>Explains, and returns the exit code.</summary>
    /// <exception cref="InputException">The model, a sentence or an option is not as it must be.</exception>
    public static int Run(ExplainOptions options, CommandStreams streams)
    {
        if (options.Html is { } page)
        {
            WritePage(page, options, streams);
            return ExitCode.Done;
        }
        var model = Load(options, streams);
        var step = StepOf(model, options);
        if (options.Json)
            streams.Output.WriteLine(RecordJson.OneLine(options.Filter is { } part
                ? step with { Nodes = [.. step.Nodes.Where(node => StepReport.Fits(node, part))] } : step));
        else StepReport.Write(new ResultTable(streams.Drawing, streams.OutputIsTerminal), step, options.Filter);
        return ExitCode.Done;
    }

    private static void WritePage(string page, ExplainOptions options, CommandStreams streams)
    {
        if (options.Json) throw new InputException("--json prints, and --html writes a page; leave one of them out.");
        var folder = LatestRun.ModelOrNone(options.Model, streams);
        RecordedPage.Check(page, folder);
        if (folder is not null)
        {
            WritePage(page, folder, options, streams);
            return;
        }
        // The page is made from a folder.
        var temporary = Directory.CreateTempSubdirectory("engine-");
        try
        {
            var made = Path.Combine(temporary.FullName, "new");
            New(options, streams).Save(made);
            WritePage(page, made, options, streams);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static void WritePage(string page, string folder, ExplainOptions options, CommandStreams streams)
    {
        var api = ModelApi.Load(folder);
        if (options.Filter is not null) StepOf(api.Current.Model, options);
        var opening = new PageOpening(View, Choice: new { options.Filter, options.Seed });
        RecordedPage.Write(page, api, options.Source, options.Target, opening, streams, options.Seed);
    }

    /// <summary>The step.</summary>
    /// <exception cref="InputException">No operation of the step fits the filter.</exception>
    private static StepRecord StepOf(TextModel model, ExplainOptions options)
    {
        var random = options.Seed is { } seed ? new RandomStream(seed) : null;
        var step = StepRecorder.Record(model, options.Source, options.Target, random);
        var operations = step.Nodes.Where(StepReport.IsOperation).ToArray();
        return options.Filter is not { } filter || operations.Any(node => StepReport.Fits(node, filter))
            ? step
            : throw new InputException($"--filter {filter}: no operation of the step has this in its name, module or "
                + "file; the operations are "
                + $"{string.Join(", ", operations.Select(node => node.Operation).Distinct())}.");
    }

    private static TextModel Load(ExplainOptions options, CommandStreams streams) =>
        LatestRun.ModelOrNone(options.Model, streams) is { } folder ? ModelFolder.Load(folder) : New(options, streams);

    private static TranslationModel New(ExplainOptions options, CommandStreams streams)
    {
        streams.Error.WriteLine(
            "model: a new one with random weights and the words of the two sentences; --model names a trained one");
        return TranslationModel.Create(
            new TrainingConfiguration(), ParallelCorpus.Of([(options.Source, options.Target)]));
    }
}
