using System.Runtime.InteropServices;
using Engine.Kernels;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary><c>engine train</c>: trains a model that translates or labels, and saves its folder.</summary>
internal static class TrainVerb
{
    private const int MostThreads = 1024;

    /// <summary>Trains; the exit code: 0, or 128 and the signal's number if one ended training early.</summary>
    /// <exception cref="InputException">A file or a value is not as it must be; nothing was written then.</exception>
    public static int Run(TrainOptions options, CommandStreams streams)
    {
        var threads = ThreadsOf(options.Threads);
        var resumed = options.Resume ? ResumedRun.Folder(options) : null;
        var configuration = options.Configuration(resumed);
        if (options.Monitor is not (null or "gradients"))
            throw new InputException($"--monitor '{options.Monitor}' is not known; use gradients.");
        WarmUp.Begin();
        var text = TrainingText.Read(options, configuration);
        var folder = resumed ?? RunPaths.Folder(options, text.Name);
        RunPaths.Log(options, folder, options.Config is null ? text.Files : [.. text.Files, options.Config]);

        if (resumed is not null) ResumedRun.Take(resumed, configuration);
        ITrainable model = (configuration.Task == "classify", resumed) switch
        {
            (true, null) => ClassificationModel.Create(configuration, text.Train),
            (true, _) => ClassificationModel.Load(folder),
            (_, null) => TranslationModel.Create(configuration, text.Train),
            _ => TranslationModel.Load(folder),
        };
        var pairs = new TrainingPairs(model, text.Train);
        foreach (var line in text.Account.Concat(TrainingText.AccountOf(pairs, configuration)))
            streams.Error.WriteLine(Printable.Of(line));
        using var team = new ThreadTeam(threads);
        using var display = TrainingDisplay.On(streams);
        using var log = OpenLog(options, folder);
        using var events = new TensorBoardLog(folder);
        using var stop = new StopSignal(display.Say);
        var report = new RunReport(
            folder, ["engine", .. Environment.GetCommandLineArgs().Skip(1)], DataFiles.Hash(text.Files),
            options.Resume);
        ITrainingObserver[] kept = [display, report, events, new LearningCurve(folder, options.Resume)];
        var record = new TrainingRecord(log is null ? kept : [.. kept, log]);
        var trainer = new TranslationTrainer(model, pairs, text.Valid, folder, team, record)
        {
            MonitorsGradients = options.Monitor is not null,
            DetectsAnomalies = options.Anomaly,
        };
        if (resumed is not null) trainer.Resume();
        else RunFiles.RemoveLeftovers(folder);
        var outcome = display.While(() => trainer.Run(stop.Token));
        report.Finish(outcome);

        var result = new TrainingResult(folder, configuration.Task, outcome, record);
        if (outcome.WasCancelled)
        {
            result.Write(streams.Output, options.Json);
            return stop.ExitCode;
        }
        stop.Dispose();
        if (text.Test is { } test) result.Test(model, test, team);
        result.Write(streams.Output, options.Json);
        return Program.Done;
    }

    /// <summary>How many threads to use: what was asked for, or all processors.</summary>
    /// <exception cref="InputException">The number is not one of threads.</exception>
    public static int ThreadsOf(int? asked) => asked switch
    {
        null => Environment.ProcessorCount,
        >= 1 and <= MostThreads => asked.Value,
        _ => throw new InputException(
            $"--threads {asked}: must be 1 to {MostThreads}; this machine has {Environment.ProcessorCount}"),
    };

    private static JsonLinesLog? OpenLog(TrainOptions options, string folder)
    {
        if (options.Log is null) return null;
        if (Path.GetDirectoryName(Path.GetFullPath(options.Log)) == Path.GetFullPath(folder))
            RunFolder.Make(folder);
        return new JsonLinesLog(
            options.Log, options.Overwrite ? FileMode.Create : options.Resume ? FileMode.Append : FileMode.CreateNew);
    }

    /// <summary>Ctrl+C and SIGTERM ask training to stop after the update under way; a second one ends all.</summary>
    private sealed class StopSignal : IDisposable
    {
        private readonly CancellationTokenSource source = new();
        private readonly PosixSignalRegistration[] registrations;

        public StopSignal(Action<string> say)
        {
            registrations = [.. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM]).Select(signal =>
                PosixSignalRegistration.Create(signal, context =>
                {
                    if (source.IsCancellationRequested) return;
                    context.Cancel = true;
                    ExitCode = 128 + (signal == PosixSignal.SIGINT ? 2 : 15);
                    say("stopping after this update; the model will be saved");
                    source.Cancel();
                }))];
        }

        public CancellationToken Token => source.Token;

        public int ExitCode { get; private set; }

        public void Dispose()
        {
            foreach (var registration in registrations) registration.Dispose();
        }
    }
}
