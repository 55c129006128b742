using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The latest run under <c>runs</c>, which is taken where no option names a run.</summary>
internal static class LatestRun
{
    /// <summary>The folder that <c>train</c> puts runs into.</summary>
    public const string Runs = "runs";

    /// <summary>The model's folder: the folder that --model names, or the run whose model was saved last.</summary>
    /// <param name="given">The value of --model; null if it is left out.</param>
    /// <param name="streams">Their standard error is told which run was taken.</param>
    /// <param name="task">The task of the model (<see cref="TrainingConfiguration.Task"/>); null for any task.</param>
    /// <exception cref="InputException">There is no run that has saved such a model.</exception>
    public static string Model(string? given, CommandStreams streams, string? task = null) =>
        ModelOrNone(given, streams, task) ?? throw new InputException(
            $"--model is left out, and no run in {Runs} has saved a model{(task is null ? "" : $" that can {task}")}; "
            + "name a model's folder with --model, or train one: engine train"
            + (task == "classify" ? " --task classify" : ""));

    /// <summary>As <see cref="Model"/>; null if there is no run that has saved a model.</summary>
    public static string? ModelOrNone(string? given, CommandStreams streams, string? task = null)
    {
        if (given is not null) return given;
        var latest = With(ModelFolder.Weights, run => TaskOf(run) is { } found && (task is null || found == task));
        if (latest is not null)
            streams.Error.WriteLine(Printable.Of($"model: {latest}, the latest run; --model names another"));
        return latest;
    }

    /// <summary>The folder whose file of a name was written last; null if no run has such a file.</summary>
    /// <param name="file">The name of the file.</param>
    /// <param name="fits">Whether a run is looked for; null for every run.</param>
    public static string? With(string file, Func<string, bool>? fits = null) =>
        (Directory.Exists(Runs) ? Directory.GetDirectories(Runs) : [])
            .Select(run => (Run: run, File: ModelFolder.PathOf(run, file)))
            .Where(run => File.Exists(run.File))
            .OrderByDescending(run => File.GetLastWriteTimeUtc(run.File))
            .ThenBy(run => run.Run, StringComparer.Ordinal)
            .Select(run => run.Run).FirstOrDefault(run => fits is null || fits(run));

    private static string? TaskOf(string run)
    {
        try
        {
            return ModelFolder.ReadConfiguration(run).Task;
        }
        catch (InputException)
        {
            return null; // a damaged run is not taken unless it is named
        }
    }
}
