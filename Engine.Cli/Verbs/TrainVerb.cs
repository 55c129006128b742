using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary><c>engine train</c>: trains a model that translates or labels, and saves its folder.</summary>
internal static class TrainVerb
{
    /// <summary>
    /// Trains, and returns the exit code: 0, 1 if the run diverged, or 128 plus the number of a signal that ended the
    /// run.
    /// </summary>
    /// <exception cref="InputException">A file or a value is not as it must be; nothing has been written.</exception>
    public static int Run(TrainOptions options, CommandStreams streams)
    {
        var threads = ThreadCount.Of(options.Threads);
        if (options.DryRun && options.Resume)
            throw new InputException("--resume goes on with the configuration in the run's folder, and --dry-run shows "
                + "what a new run would do; leave one of them out");
        var ranks = streams.Ranks;
        var isWriter = ranks is null or { Rank: 0 };
        using var earlier = options.Resume && isWriter ? EarlierRun.Claim(options) : null;
        var resumed = options.Resume ? FirstRank.Tell(ranks, earlier?.Folder) : null;
        if (resumed is not null && options.From is not null)
            throw new InputException("--resume continues a run and --from begins one; give one of them");
        var configuration = options.Configuration(resumed ?? options.From);
        if (options.Monitor is not (null or "gradients"))
            throw new InputException($"--monitor '{options.Monitor}' is not known; use gradients.");
        KnownWords.Check(options, configuration);
        Precompilation.Begin();
        using var progress = new ProgressLine(streams);
        if (resumed is not null) EarlierText.Take(options, resumed, progress);
        // Rank 0 may write the toy corpus, which the other ranks then find.
        if (options.Source is null && !isWriter) FirstRank.Await(ranks);
        var text = TrainingText.Read(options, configuration, progress);
        if (options.Source is null && isWriter) FirstRank.Await(ranks);
        var ruled = options.Ruled(resumed ?? options.From, text.Train, configuration.Task, progress);
        if (ruled is not null) configuration = ruled.Configuration;
        if (options.DryRun)
        {
            new DryRun(options, configuration, ruled, text, threads, progress).Write(streams);
            return ExitCode.Done;
        }
        using var claim = isWriter && earlier is null ? RunPaths.Claim(options, text.Name) : null;
        var folder = resumed ?? FirstRank.Tell(ranks, claim?.Folder);
        (string? Use, string Path)[] read =
        [
            .. text.Files, .. KnownWords.Files(options).Select(path => ("vectors", path)),
            .. options.From is { } from ? [("weights", EarlierRun.WeightsOf(from))] : Array.Empty<(string?, string)>(),
        ];
        if (isWriter)
        {
            RunPaths.CheckLog(options, folder, read.Select(file => file.Path).Append(options.Config).OfType<string>());
            if (resumed is not null) EarlierRun.RequireRunOf(resumed, configuration);
        }
        FirstRank.Await(ranks); // the folder is in order
        if (options.From is not null) EarlierRun.RequireModelOf(options.From, configuration, folder);
        var model = ModelOf(
            configuration, resumed ?? options.From, needsWeights: resumed is null, text.Train, progress);
        var known = KnownWords.Begin(options, model, progress);
        var pairs = new TrainingPairs(model, text.Train, progress);
        IEnumerable<string> account =
        [
            .. text.Account, .. TrainingText.AccountOf(pairs, configuration), .. text.UnknownIn(pairs, model), .. known,
            .. ruled is null ? [] : new[] { $"rule  {OptionNames.In(ruled.Reason)}" },
        ];
        foreach (var line in account)
            streams.Error.WriteLine(Printable.Of(line));
        using var team = new ThreadTeam(threads);
        using var display = TrainingDisplay.On(streams);
        using var stop = new StopSignal(display.Say, isRank: ranks is not null);
        IReadOnlyList<DataFile> data = isWriter ? DataFiles.Hash(read, progress) : [];
        var report = isWriter
            ? new RunReport(folder, ["engine", .. Environment.GetCommandLineArgs().Skip(1)], data, options.Resume)
            : null;
        using var record = report is null
            ? new TrainingRecord([display], [], display.Say)
            : new TrainingRecord([display, report], Logs(options, folder), display.Say);
        var trainer = new Trainer(model, pairs, text.Valid, folder, team, record, ranks)
        {
            MonitorsGradients = options.Monitor is not null,
            DetectsAnomalies = options.Anomaly,
        };
        TrainingOutcome outcome;
        try
        {
            if (resumed is not null)
            {
                var status = EarlierRun.StatusOf(resumed, configuration);
                trainer.Resume();
                display.Say(status);
                if (isWriter) EarlierRun.SaveChanges(resumed, configuration);
            }
            outcome = display.While(() => trainer.Run(stop.Token));
        }
        catch (Exception failure) when (failure is DivergenceException or InputException)
        {
            if (report is not null && SayInReport(report, failure))
            {
                record.Dispose(); // the page reads the logs
                if (ReportPage.WriteUnfinished(folder, model, text.Valid, display.Say) is { } unfinished)
                    display.Say(Printable.Of($"how far the run came: {unfinished}"));
            }
            if (failure is InputException) throw;
            streams.Error.WriteLine($"engine: {Printable.Message(failure.Message)}");
            return ExitCode.DoesNotHold;
        }
        if (report is null) return ExitCode.Done;
        report.Finish(outcome);

        record.Dispose(); // the page reads the logs
        var result = new TrainingResult(folder, configuration.Task, outcome, record)
        {
            Resume = EarlierRun.CommandToGoOn(options, text, data, folder), Ranks = ranks,
        };
        string? Page() => ReportPage.Write(folder, model, text.Valid, result.Tested, display.Say);
        if (stop.Token.IsCancellationRequested)
        {
            result.Page = Page();
            result.Write(streams.Output, options.Json);
            return stop.ExitCode;
        }
        stop.Dispose();
        if (text.Test is { } test) result.Test(model, test, team, progress.Within("test"));
        result.Page = Page();
        result.Write(streams.Output, options.Json);
        return ExitCode.Done;
    }

    /// <summary>The model of an earlier folder, or a new model with random weights.</summary>
    public static TextModel ModelOf(
        TrainingConfiguration configuration, string? earlier, bool needsWeights, IParallelText text,
        IProgress<WorkProgress> progress) =>
        (configuration.Task == "classify", earlier) switch
        {
            (true, null) => ClassificationModel.Create(configuration, text, progress),
            (true, { } folder) => ClassificationModel.Load(folder, configuration, needsWeights),
            (_, null) => TranslationModel.Create(configuration, text, progress),
            (_, { } folder) => TranslationModel.Load(folder, configuration, needsWeights),
        };

    private static IEnumerable<ITrainingObserver> Logs(TrainOptions options, string folder)
    {
        yield return new TensorBoardLog(folder);
        yield return new LearningCurve(folder, options.Resume);
        yield return new GradientLog(folder);
        yield return new SampleLog(folder);
        if (options.Log is null) yield break;
        yield return new JsonLinesLog(
            options.Log, options.Overwrite ? FileMode.Create : options.Resume ? FileMode.Append : FileMode.CreateNew);
    }

    /// <summary>Whether the folder has a report that now says why the run failed.</summary>
    private static bool SayInReport(RunReport report, Exception failure)
    {
        try
        {
            var reason = OptionNames.In(failure.Message);
            return report.Fail(
                failure is DivergenceException ? new DivergenceException(reason) : new InputException(reason));
        }
        catch (InputException)
        {
            // What ended the run may be the disk that the report would be on; the run's own failure is reported.
            return false;
        }
    }
}
