using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Kernels;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Writes <c>run.json</c>, which says how a run was made: when the run starts, and again, with the results, when it
/// ends. The configuration is in <c>config.json</c> beside it.
/// </summary>
public sealed class RunReport : ITrainingObserver
{
    private const string EarlierKey = "earlier";

    private readonly string folder;
    private readonly IReadOnlyList<string> command;
    private readonly IReadOnlyList<DataFile> data;
    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;
    private readonly JsonArray? earlier;
    private TrainingPlan? plan;
    private double? bestBleu;

    /// <summary>A report into <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder, which is created when training starts.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="data">The files that the run reads.</param>
    /// <param name="resumes">Whether the run continues the run in the folder, whose report becomes part of this
    /// one.</param>
    public RunReport(string folder, IReadOnlyList<string> command, IReadOnlyList<DataFile> data, bool resumes = false)
    {
        (this.folder, this.command, this.data) = (folder, command, data);
        if (resumes) earlier = Earlier(Path.Combine(folder, ModelFolder.Report));
    }

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
        AtomicFile.WriteText(Path.Combine(folder, ModelFolder.Report), JsonOutput.Lines(new
        {
            command,
            configuration = ModelFolder.Configuration,
            seed = plan?.Model.Configuration.Seed,
            engine = version?.Split('+')[0],
            dotnet = RuntimeInformation.FrameworkDescription,
            os = RuntimeInformation.OSDescription,
            architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            processors = Environment.ProcessorCount,
            threads = plan?.Threads,
            simdBits = (int)KernelWidth.Widest,
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
            earlier,
        }) + "\n");
    }

    /// <summary>The reports of the runs that this run continues, the oldest first.</summary>
    private static JsonArray? Earlier(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            using var stream = InputFile.Open(path);
            return Earlier(stream, path);
        }
        catch (InputException)
        {
            return null; // An unreadable report is no reason to stop training.
        }
    }

    /// <summary>The report in a stream, after the earlier reports that the report itself has.</summary>
    /// <exception cref="InputException">The stream holds no report.</exception>
    internal static JsonArray Earlier(Stream stream, string name)
    {
        var json = JsonInput.Read(stream, name, "remove the file; the run is then reported as a new one");
        if (JsonNode.Parse(json.Element.GetRawText()) is not JsonObject report)
            throw json.WrongWhole("a report must be a JSON object");
        var earlier = report[EarlierKey] as JsonArray ?? [];
        report.Remove(EarlierKey);
        earlier.Add(report);
        return earlier;
    }
}
