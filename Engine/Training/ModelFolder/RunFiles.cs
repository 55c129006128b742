using Engine.Storage;

namespace Engine.Training;

/// <summary>Removes the files of an earlier run from a run's folder.</summary>
public static class RunFiles
{
    /// <summary>
    /// Removes the files of an earlier run that a new run does not overwrite: checkpoints, events, and the state, which
    /// a later <c>--resume</c> would otherwise take for the new run's.
    /// </summary>
    /// <exception cref="InputException">A file cannot be removed.</exception>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var pattern in (string[])
            [ModelFolder.Checkpoints, $"{ModelFolder.EventsPrefix}*", ModelFolder.TrainingState])
        {
            Remove(folder, pattern, _ => true);
        }
    }

    /// <summary>Checks that a run can replace the files of an earlier run in a folder.</summary>
    /// <exception cref="InputException">A file is read-only, or something that is no file is in its place.</exception>
    public static void RequireReplaceable(string folder)
    {
        foreach (var pattern in (string[])["*.safetensors", "*.json", "*merges.txt", "*.svg"])
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
                    + $"({FileProblem.OneLine(failure.Message).TrimEnd('.')}); remove it, or choose another --out.",
                    failure);
            }
        }
    }
}
