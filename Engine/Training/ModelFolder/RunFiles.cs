using Engine.Storage;

namespace Engine.Training;

/// <summary>The files of a run's folder that a later run into it may leave behind.</summary>
public static class RunFiles
{
    /// <summary>What the name of a checkpoint begins and ends with.</summary>
    internal const string CheckpointPrefix = "checkpoint-", CheckpointSuffix = ".safetensors";

    /// <summary>What the name of a TensorBoard file begins with.</summary>
    internal const string EventsPrefix = "events.out.tfevents.";

    /// <summary>
    /// Removes what another run left that a new one does not write over: its checkpoints, its events and its state,
    /// which a later <c>--resume</c> would otherwise take for the new run's.
    /// </summary>
    /// <exception cref="InputException">A file cannot be removed.</exception>
    public static void RemoveLeftovers(string folder)
    {
        foreach (var pattern in (string[])
            [$"{CheckpointPrefix}*{CheckpointSuffix}", $"{EventsPrefix}*", TrainingState.FileName])
        {
            Remove(folder, pattern, _ => true);
        }
    }

    /// <summary>Removes those files of a pattern that are not kept.</summary>
    internal static void Remove(string folder, string pattern, Predicate<string> isLeftover)
    {
        if (!Directory.Exists(folder)) return;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, pattern).ToArray())
        {
            if (!isLeftover(path)) continue;
            try
            {
                File.Delete(path);
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
