using System.Text.Json;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The text of the run that <c>--resume</c> continues, as the run's <c>run.json</c> names it. What the options
/// name comes first.
/// </summary>
internal static class EarlierText
{
    /// <summary>What <c>run.json</c> calls the files of the text: the names of the options.</summary>
    public const string Source = "source", Target = "target";

    /// <inheritdoc cref="Source"/>
    public const string ValidSource = "valid-source", ValidTarget = "valid-target";

    /// <summary>Names the run's own text in options that name none.</summary>
    /// <param name="options">The options, whose paths are set.</param>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="progress">Is told which part of each file is hashed.</param>
    /// <exception cref="InputException">A file of the run is missing, or has changed since the run read it.</exception>
    public static void Take(TrainOptions options, string folder, ProgressLine progress)
    {
        if (RunReport.Read(ModelFolder.PathOf(folder, ModelFolder.Report)) is not { } report) return;
        var (source, target) = (Find(report, Source), Find(report, Target));
        if (options.Source is null && options.Target is null && source is not null && target is not null)
            (options.Source, options.Target) = (Unchanged(source), Unchanged(target));
        var (validSource, validTarget) = (Find(report, ValidSource), Find(report, ValidTarget));
        if (options.Source is not null && options.ValidSource is null && options.ValidTarget is null
            && validSource is not null && validTarget is not null)
        {
            (options.ValidSource, options.ValidTarget) = (Unchanged(validSource), Unchanged(validTarget));
        }

        string Unchanged(DataFile file)
        {
            var side = file.Use!.StartsWith("valid", StringComparison.Ordinal)
                ? $"--{ValidSource} and --{ValidTarget}" : $"--{Source} and --{Target}";
            if (!File.Exists(file.Path))
                throw new InputException($"{file.Path}: the run in {folder} has read this file, and it is not "
                    + $"there; go to the folder where the run began, or name the file's place now with {side}");
            if (DataFiles.Hash([(file.Use, file.Path)], progress).SingleOrDefault() != file)
                throw new InputException($"{file.Path}: has changed since the run in {folder} read it (its SHA-256 is "
                    + $"not that in {ModelFolder.Report}); bring the old text back, or begin anew with --overwrite");
            return file.Path;
        }
    }

    /// <summary>The options that name the text again where <c>run.json</c> cannot: the text came through pipes.
    /// </summary>
    /// <param name="text">The text of the run.</param>
    /// <param name="named">The files that <c>run.json</c> names.</param>
    public static IEnumerable<string> Unnamed(TrainingText text, IReadOnlyList<DataFile> named) =>
        text.Files.Where(file => file.Use is Source or Target or ValidSource or ValidTarget
                && named.All(known => known.Use != file.Use))
            .Select(file => $"--{file.Use} {ProgramName.Quoted(file.Path)}");

    private static DataFile? Find(JsonElement report, string use)
    {
        if (!report.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array) return null;
        foreach (var file in data.EnumerateArray())
        {
            if (Text(file, "use") == use && Text(file, "path") is { Length: > 0 } path
                && Text(file, "sha256") is { } hash && file.TryGetProperty("bytes", out var size)
                && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out var bytes))
            {
                return new DataFile(path, bytes, hash, use);
            }
        }
        return null;
    }

    private static string? Text(JsonElement file, string key) =>
        file.ValueKind == JsonValueKind.Object && file.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
