using CommandLine;
using Engine.Inspection;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine inspect</c>.</summary>
[Verb("inspect")]
internal sealed class InspectOptions
{
    [Option("model", MetaValue = "DIR")]
    public string? Model { get; set; }

    [Option("attention", MetaValue = "SENTENCE")]
    public string? Attention { get; set; }

    [Option("target", MetaValue = "SENTENCE")]
    public string? Target { get; set; }

    [Option("kind", MetaValue = "encoder|decoder|cross")]
    public string? Kind { get; set; }

    [Option("layer", MetaValue = "N")]
    public int? Layer { get; set; }

    [Option("head", MetaValue = "N")]
    public int? Head { get; set; }

    [Option("json")]
    public bool Json { get; set; }

    [Option("html", MetaValue = "F")]
    public string? Html { get; set; }
}

/// <summary><c>engine inspect</c>: shows what a model consists of, and where it looks.</summary>
internal static class InspectVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help =
        """
        engine inspect: what a model consists of, and where it looks.

        Usage: engine inspect [options]

          --model DIR        the model's folder; by default the latest run under runs that saved a model
          --json             print one JSON object, with the numbers that the text shows

        Without --attention: the layers with their tensors and parameters, the vocabularies, where the
        memory goes, and how the model was trained.

          --attention "..."  the attention weights of this sentence as heat maps, in percent. A row is a
                             token that looks, a column a token that it looks at
          --target "..."     the translation that the decoder reads; the model's own by default. For a
                             classifier it is the label
          --kind NAME        encoder: source tokens to source tokens. decoder: target tokens to earlier
                             ones. cross: target tokens to source tokens (default where there is one)
          --layer N  --head N   this layer, this head; all by default. Both count from 0
          --html F           instead, write the page of 'engine serve' with this sentence: one file that
                             works without a server. It opens with the kind, layer and head that are asked
                             for, and has all others. It is written whole or not at all

        On a terminal, columns that do not fit continue below. NO_COLOR turns colours off.
        Exit code 1 means that the model has no attention to draw.

        Examples:
          engine inspect --model runs/zh-en-1
          engine inspect --model runs/zh-en-1 --attention "我现在爱你" --layer 1
          engine inspect --model runs/zh-en-1 --attention "我现在爱你" --kind encoder --head 0 --json
          engine inspect --model runs/zh-en-1 --attention "我现在爱你" --html page.html
        """;

    /// <summary>Shows the model, and returns the exit code.</summary>
    /// <exception cref="InputException">The model or an option is not as it must be.</exception>
    public static int Run(InspectOptions options, CommandStreams streams)
    {
        RequireSentence(options);
        options.Model = LatestRun.Model(options.Model, streams);
        if (options is { Html: { } page, Attention: { } recorded })
        {
            if (options.Json)
                throw new InputException("--json prints, and --html writes a page; leave one of them out.");
            RecordedPage.Check(page, options.Model);
            var api = ModelApi.Load(options.Model);
            var shown = ModelSummary.Of(api.Current.Model);
            var isAsked = options is not { Kind: null, Layer: null, Head: null };
            if (isAsked && shown.Attention.Count == 0) return SayNoAttention(options.Model, shown, streams);
            object? first = isAsked ? AttentionChoice.Of(shown, options).OnPage : null;
            RecordedPage.Write(
                page, api, recorded, options.Target, new PageOpening("attention", Choice: first), streams);
            return ExitCode.Done;
        }
        var model = ModelFolder.Load(options.Model);
        if (options.Attention is not { } sentence)
        {
            if (options.Json) SummaryReport.WriteJson(streams.Output, model, options.Model);
            else SummaryReport.WriteText(streams, model, options.Model);
            return ExitCode.Done;
        }
        var summary = ModelSummary.Of(model);
        if (summary.Attention.Count == 0) return SayNoAttention(options.Model, summary, streams);
        var choice = AttentionChoice.Of(summary, options);
        var pass = model is TranslationModel translation
            ? PassRecorder.Record(translation, sentence, options.Target, parts: AttentionReport.Parts)
            : PassRecorder.Record(
                (ClassificationModel)model, sentence, options.Target, parts: AttentionReport.Parts);
        if (options.Json) AttentionReport.WriteJson(streams.Output, pass, choice);
        else AttentionReport.WriteText(streams, pass, choice);
        return ExitCode.Done;
    }

    private static void RequireSentence(InspectOptions options)
    {
        if (options.Attention is not null) return;
        var lonely = options switch
        {
            { Target: not null } => "target",
            { Kind: not null } => "kind",
            { Layer: not null } => "layer",
            { Head: not null } => "head",
            { Html: not null } => "html",
            _ => null,
        };
        if (lonely is not null)
            throw new InputException(
                $"--{lonely} goes with a sentence; write --attention \"...\" too, or leave --{lonely} out.");
    }

    private static int SayNoAttention(string folder, ModelSummary summary, CommandStreams streams)
    {
        streams.Error.WriteLine(Printable.Of(
            $"engine: {folder}: this model ({summary.Architecture}, {summary.Task}) has no attention; "
            + "'engine explain' shows what it computes."));
        return ExitCode.DoesNotHold;
    }
}
