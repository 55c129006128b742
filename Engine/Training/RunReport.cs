using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Says in <c>run.json</c> how a run was made: written when it starts, and again with its results when it ends. The
/// configuration stands beside it in <c>config.json</c>.
/// </summary>
public sealed class RunReport : ITrainingObserver
{
    private readonly string folder;
    private readonly IReadOnlyList<string> command;
    private readonly IReadOnlyList<DataFile> data;
    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;
    private TrainingPlan? plan;
    private double? bestBleu;

    /// <summary>A report into <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder, which is made when training starts.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="data">What the run reads.</param>
    public RunReport(string folder, IReadOnlyList<string> command, IReadOnlyList<DataFile> data) =>
        (this.folder, this.command, this.data) = (folder, command, data);

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Started(TrainingPlan plan)
    {
        this.plan = plan;
        RunFolder.Make(folder);
        Write(null);
    }

    /// <inheritdoc/>
    public void Updated(UpdateReport report)
    {
    }

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        if (report.Bleu is { } bleu) bestBleu = Math.Max(bestBleu ?? bleu, bleu);
    }

    /// <summary>Adds the results.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Finish(TrainingOutcome outcome) => Write(outcome);

    private void Write(TrainingOutcome? outcome)
    {
        var assembly = typeof(RunReport).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        AtomicFile.WriteText(Path.Combine(folder, "run.json"), JsonOutput.Lines(new
        {
            command,
            configuration = "config.json",
            seed = plan?.Model.Configuration.Seed,
            engine = version?.Split('+')[0],
            dotnet = RuntimeInformation.FrameworkDescription,
            os = RuntimeInformation.OSDescription,
            architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            processors = Environment.ProcessorCount,
            threads = plan?.Threads,
            simdBits = Vector<byte>.Count * 8,
            started = started.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            trainPairs = plan?.TrainPairs,
            validPairs = plan?.ValidPairs,
            data,
            finished = outcome is not null,
            stopped = outcome?.WasCancelled,
            seconds = outcome is null ? (double?)null : Math.Round(outcome.Elapsed.TotalSeconds, 3),
            updates = outcome?.Updates,
            bestLoss = outcome?.BestLoss,
            bestBleu,
        }) + "\n");
    }
}
