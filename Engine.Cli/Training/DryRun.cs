using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary><c>engine train --dry-run</c>: what a run would do, from the same text and options; nothing is written.
/// </summary>
internal sealed class DryRun
{
    private readonly TrainOptions options;
    private readonly TrainingConfiguration configuration;
    private readonly RuledConfiguration? ruled;
    private readonly TrainingText text;
    private readonly TextModel model;
    private readonly TrainingPairs pairs;
    private readonly int threads;
    private readonly TrainingCost cost;
    private readonly TrainingMemory memory;
    private readonly string[] account;

    /// <summary>Does the work before a run: learns the vocabularies and encodes the pairs.</summary>
    /// <exception cref="InputException">The run would be refused.</exception>
    public DryRun(
        TrainOptions options, TrainingConfiguration configuration, RuledConfiguration? ruled, TrainingText text,
        int threads, ProgressLine progress)
    {
        (this.options, this.configuration, this.ruled) = (options, configuration, ruled);
        (this.text, this.threads) = (text, threads);
        RunPaths.RequireFree(options);
        if (options.From is not null) EarlierRun.RequireModelOf(options.From, configuration, Folder);
        model = TrainVerb.ModelOf(configuration, options.From, needsWeights: true, text.Train, progress);
        var known = KnownWords.Begin(options, model, progress);
        pairs = new TrainingPairs(model, text.Train, progress);
        var c = model.Configuration;
        cost = new TrainingCost(c, pairs.Size, model.SourceTokens, model.TargetTokens);
        memory = TrainingMemory.Of(c, pairs.Size, model.SourceTokens, model.TargetTokens, threads);
        account =
        [
            .. text.Account, .. TrainingText.AccountOf(pairs, c), .. text.UnknownIn(pairs, model), .. known,
            .. ruled is null ? (string[])[] : [$"rule  {OptionNames.In(ruled.Reason)}"],
        ];
    }

    private string Folder => options.Out ?? $"runs/{text.Name}-N";

    /// <summary>Writes what the run would do, as text or as one line of JSON.</summary>
    public void Write(CommandStreams streams)
    {
        if (options.Json) streams.Output.WriteLine(Json());
        else WriteText(new ResultTable(streams.Drawing, streams.OutputIsTerminal));
    }

    private void WriteText(ResultTable table)
    {
        var size = pairs.Size;
        var plan = new TrainingPlan(model, pairs.Count, text.Valid.Count, threads, Folder)
        {
            ScheduleNote = cost.ScheduleNote,
        };
        string[] tail =
        [
            $"text  {Printable.Count(size.Pairs)} pairs an epoch: {Printable.Count(size.SourceTokens)} source tokens, "
                + $"{Printable.Count(size.TargetTokens)} target tokens, ends included; about "
                + $"{Printable.Count(cost.UpdatesPerEpoch)} updates",
            $"time  about {Printable.Time(Time)}: {Printable.Count(cost.Updates)} updates of "
                + $"{Printable.Short(1000 * cost.SecondsPerUpdate)} ms, validations left out; estimated by a fixed "
                + $"model for {TrainingCost.Machine}, not measured here",
            $"space about {Megabytes(memory.Total)}: weights, optimizer and gradients {Megabytes(memory.Weights)}, "
                + $"steps {Megabytes(memory.Steps)}, text {Megabytes(memory.Text)}, program "
                + $"{Megabytes(memory.Program)}; estimated, and validations may take more",
            "dry   nothing was written; leave --dry-run out to train",
        ];
        foreach (var line in account.Concat(TrainingDisplay.Header(plan)).Concat(tail)) table.WriteLine(line);
        table.Write(["option", "value", "from"], OptionTable.All.Select(option =>
            (string[])[$"--{option.Name}", option.TextIn(model.Configuration), Origin(option)]));
    }

    private string Json() => JsonOutput.OneLine(
        new
        {
            preset = ruled?.Preset ?? options.Preset,
            rule = ruled is null ? null : OptionNames.In(ruled.Reason),
            configuration = OptionTable.All.ToDictionary(
                option => option.Key, option => option.ValueIn(model.Configuration) is var value and not Enum
                    ? value : option.TextIn(model.Configuration)),
            origins = OptionTable.All.ToDictionary(option => option.Key, Origin),
            text = new
            {
                pairs.Size.Pairs, pairs.Size.SourceTokens, pairs.Size.TargetTokens,
                blank = text.Train.SkippedPairs, dropped = text.Train.Count - pairs.Count, valid = text.Valid.Count,
                test = text.Test?.Count, unknown_source = pairs.UnknownSource.Unknown,
                unknown_target = pairs.UnknownTarget?.Unknown, files = text.Files.Select(file => file.Path),
            },
            account,
            source_vocabulary = model.SourceTokens,
            target_vocabulary = model.TargetTokens,
            parameters = model.Network.Parameters.Sum(parameter => (long)parameter.Count),
            memory = new { memory.Total, memory.Program, memory.Weights, memory.Steps, memory.Text },
            updates = cost.Updates,
            updates_per_epoch = cost.UpdatesPerEpoch,
            seconds = cost.Updates * cost.SecondsPerUpdate,
            seconds_on = TrainingCost.Machine,
            note = cost.ScheduleNote is { } note ? OptionNames.In(note) : null,
            @out = Folder,
        });

    // A tokenizer that was left to choose has been chosen by the text.
    private string Origin(TrainingOption option) =>
        option.TextIn(configuration) != option.TextIn(model.Configuration)
            ? "the text" : options.OriginOf(option, options.From, ruled);

    private TimeSpan Time =>
        TimeSpan.FromSeconds(Math.Min(cost.Updates * cost.SecondsPerUpdate, TimeSpan.MaxValue.TotalSeconds / 2));

    private static string Megabytes(long bytes) => $"{Printable.Count(Math.Ceiling(bytes / 1e6))} MB";
}
