namespace Engine.Storage;

/// <summary>
/// Replaces files that belong together, so that old and new ones never stand side by side as if they were one set.
/// </summary>
/// <remarks>
/// All new files are written beside the old ones. Only then the old files are moved aside, the first of the set first,
/// and the new ones are moved to their places, the first last. A failure takes all moves back. A process that is killed
/// between the moves leaves a set whose first file is missing, so that no reader takes it for whole; writing the set
/// again mends it.
/// </remarks>
public static class FileSet
{
    /// <summary>Replaces or creates files; links are replaced themselves.</summary>
    /// <param name="files">The files, and what writes each of them; no reader does without the first.
    /// </param>
    /// <param name="removed">Old files that the new set does not have; they go at the same moment.</param>
    /// <exception cref="InputException">A file cannot be written or removed; all old ones are untouched.</exception>
    public static void Replace(
        IReadOnlyList<(string Path, Action<Stream> Write)> files, IReadOnlyList<string>? removed = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        var outputs = new List<OutputFile>();
        var at = ""; // the file that an error is about
        try
        {
            foreach (var (path, write) in files)
            {
                at = path;
                OutputFile.RequireReplaceable(path);
                var output = OutputFile.Open(path, followsLinks: false);
                outputs.Add(output);
                write(output.Stream);
                output.Flush();
            }
            Exchange(outputs, removed ?? [], target => at = target);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Of(at, "written", failure);
        }
        finally
        {
            foreach (var output in outputs) output.Dispose();
        }
    }

    private static void Exchange(
        IReadOnlyList<OutputFile> outputs, IReadOnlyList<string> removed, Action<string> begin)
    {
        var old = new List<string>();
        var undo = new Stack<Action>();
        try
        {
            var targets = outputs.Select(output => output.Target).ToArray();
            // A file that lists the set may be its last: the file then stays until all files that the list tells of
            // have gone.
            foreach (var target in targets.Take(1).Concat(removed).Concat(targets.Skip(1)).Where(Path.Exists))
            {
                begin(target);
                var aside = OutputFile.TemporaryName(Path.GetDirectoryName(target)!);
                Disk.Rename(target, aside);
                old.Add(aside);
                undo.Push(() => Disk.Rename(aside, target));
            }
            foreach (var output in outputs.Reverse())
            {
                begin(output.Target);
                output.PutInPlace();
                undo.Push(() => Disk.Delete(output.Target));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            foreach (var step in undo) Try(step);
            throw;
        }
        foreach (var aside in old) Discard(aside);
    }

    private static void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The other steps may succeed; the caller reports the error that came first.
        }
    }

    private static void Discard(string path)
    {
        try
        {
            Disk.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The new files are in their places; an old one beside them does no harm.
        }
    }
}
