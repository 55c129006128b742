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
/// ends. Its <c>status</c> is running, finished, stopped, diverged or failed, and killed if the run that goes on finds
/// it running. The configuration is in <c>config.json</c> beside it.
/// </summary>
public sealed class RunReport : ITrainingObserver
{
    private const string EarlierKey = "earlier", StatusKey = "status", Running = "running";

    private readonly string folder;
    private readonly IReadOnlyList<string> command;
    private readonly IReadOnlyList<DataFile> data;
    private readonly DateTimeOffset started = DateTimeOffset.UtcNow;
    private readonly JsonArray? earlier;
    private TrainingPlan? plan;
    private bool isBesideAnother;
    private int? updates;

    /// <summary>A report into <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder, which is created when training starts.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="data">The files that the run reads.</param>
    /// <param name="resumes">Whether the run continues the run in the folder, whose report becomes part of this
    /// one.</param>
    public RunReport(string folder, IReadOnlyList<string> command, IReadOnlyList<DataFile> data, bool resumes = false)
    {
        (this.folder, this.command, this.data) = (folder, command, data);
        if (resumes) earlier = Earlier(ModelFolder.PathOf(folder, ModelFolder.Report));
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Started(TrainingPlan plan)
    {
        this.plan = plan;
        isBesideAnother = FolderChange.IsOpen(folder);
        updates = plan.ResumedAt;
        Write(Running, null, null);
    }

    /// <inheritdoc/>
    public void FolderTaken() => isBesideAnother = false;

    /// <inheritdoc/>
    public void Updated(UpdateReport report) => updates = report.Update;

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
    }

    /// <summary>Adds the results.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Finish(TrainingOutcome outcome) => Write(outcome.WasCancelled ? "stopped" : "finished", outcome, null);

    /// <summary>
    /// Adds why the run did not come to its end. If the folder still has an earlier run, its report stays as it is.
    /// </summary>
    /// <returns>Whether the folder is this run's, so that its report says the reason.</returns>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public bool Fail(Exception reason)
    {
        if (plan is null || isBesideAnother) return false;
        Write(reason is DivergenceException ? "diverged" : "failed", null, reason.Message);
        return true;
    }

    private void Write(string status, TrainingOutcome? outcome, string? reason)
    {
        var place = FolderChange.PlaceToWrite(folder);
        RunFolder.Make(place);
        var assembly = typeof(RunReport).Assembly;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        AtomicFile.WriteText(Path.Combine(place, ModelFolder.Report), JsonSerializer.Serialize(new RunDescription
        {
            Command = command,
            Configuration = ModelFolder.Configuration,
            Seed = plan?.Model.Configuration.Seed,
            Engine = version?.Split('+')[0],
            Dotnet = RuntimeInformation.FrameworkDescription,
            Os = RuntimeInformation.OSDescription,
            Architecture = RuntimeInformation.ProcessArchitecture.ToString(),
            Processors = Environment.ProcessorCount,
            Threads = plan?.Threads,
            SimdBits = (int)KernelWidth.Widest,
            Started = started.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            TrainPairs = plan?.TrainPairs,
            LongestSource = plan?.Model.LongestLearned,
            ValidPairs = plan?.ValidPairs,
            Data = data,
            Status = status,
            Reason = reason,
            Seconds = outcome is null ? (double?)null : Math.Round(outcome.Elapsed.TotalSeconds, 3),
            Updates = status == Running ? null : outcome?.Updates ?? updates,
            BestUpdate = outcome?.BestUpdate,
            BestLoss = outcome?.BestLoss,
            BestBleu = outcome?.BestBleu,
            BestAccuracy = outcome?.BestAccuracy,
            Earlier = earlier,
        }, TrainingTypes.Indented.RunDescription) + "\n");
    }

    /// <summary>
    /// The tokens of the longest source line that the model in a folder has learned from; null if no report says so.
    /// </summary>
    internal static int? LongestSource(string path) =>
        Read(path) is { } report && report.TryGetProperty("longest_source", out var longest)
            && longest.ValueKind == JsonValueKind.Number && longest.TryGetInt32(out var tokens) ? tokens : null;

    /// <summary>The report of a run, a JSON object; null if there is none that can be read.</summary>
    /// <param name="path">The path of the report.</param>
    public static JsonElement? Read(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            InputFile.RequireContent(path);
            using var stream = InputFile.Open(path);
            return JsonInput.Read(stream, path, "remove the file").Element is { ValueKind: JsonValueKind.Object } report
                ? report
                : null;
        }
        catch (InputException)
        {
            return null; // A model without a report translates too.
        }
    }

    /// <summary>The reports of the runs that this run continues, the oldest first.</summary>
    private static JsonArray? Earlier(string path)
    {
        try
        {
            if (!File.Exists(path)) return null;
            InputFile.RequireContent(path);
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
        // A run that had ended would have said so.
        if (report[StatusKey] is JsonValue status && status.TryGetValue(out string? said) && said == Running)
            report[StatusKey] = "killed";
        earlier.Add((JsonNode)report);
        return earlier;
    }
}
