using Engine.Storage;

namespace Engine.Training;

/// <summary>Which files of a folder are a run's, and what is done with the files of an earlier run.</summary>
public static class RunFiles
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        ModelFolder.Weights, ModelFolder.Configuration, ModelFolder.Labels, ModelFolder.TrainingState,
        ModelFolder.Report, ModelFolder.Curve, ModelFolder.Gradients, ModelFolder.Samples, ModelFolder.Page,
    };

    static RunFiles() => Names.UnionWith(TextEncoders.AllFiles);

    /// <summary>
    /// Brings a folder in order before a run goes on or begins in it: finishes the replacement of its files that an
    /// interruption left half done, and removes the files of a replacement that was never to be seen.
    /// </summary>
    /// <exception cref="InputException">A file cannot be moved or removed.</exception>
    public static void Recover(string folder)
    {
        if (!Directory.Exists(folder)) return;
        FolderChange.Recover(folder);
        FolderChange.Discard(folder);
    }

    /// <summary>Whether the folder has files of a run.</summary>
    internal static bool AreIn(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(IsOfARun);

    /// <summary>Whether the name of a file is one that a run writes.</summary>
    public static bool IsOfARun(string path)
    {
        var name = Path.GetFileName(path);
        return Names.Contains(name) || name.StartsWith(ModelFolder.EventsPrefix, StringComparison.Ordinal)
            || ModelFolder.UpdateOf(name, ModelFolder.AveragedPattern) is not null
            || ModelFolder.UpdateOf(name, ModelFolder.KeptPattern) is not null;
    }

    /// <summary>Checks that a run can replace the files of an earlier run in a folder.</summary>
    /// <exception cref="InputException">A file is read-only, or something that is no file is in its place.</exception>
    public static void RequireReplaceable(string folder)
    {
        string[] patterns =
        [
            "*.safetensors", "*.json", "*merges.txt", "*.svg", ModelFolder.Gradients, ModelFolder.Samples,
            ModelFolder.Page,
        ];
        foreach (var pattern in patterns)
        {
            foreach (var path in Directory.EnumerateFileSystemEntries(folder, pattern))
                OutputFile.RequireReplaceable(path);
        }
    }

    /// <summary>Removes the files of a pattern that are left over.</summary>
    internal static void Remove(string folder, string pattern, Predicate<string> isLeftover)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, pattern).ToArray())
        {
            if (!isLeftover(path)) continue;
            try
            {
                Disk.Delete(path);
            }
            catch (Exception failure) when (FileProblem.IsOne(failure))
            {
                throw new InputException(
                    $"{path}: what is left of another run cannot be removed "
                    + $"({FileProblem.OneLine(failure.Message).TrimEnd('.')}); remove it, or choose another folder.",
                    failure);
            }
        }
    }
}
