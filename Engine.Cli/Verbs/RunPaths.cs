using Engine.Storage;

namespace Engine.Cli;

/// <summary>Checks, before any work, that what a run will write can be written; nothing is changed.</summary>
internal static class RunPaths
{
    /// <summary>The folder that the model goes to.</summary>
    /// <exception cref="InputException">It is in the way of something, or cannot be made.</exception>
    public static string Folder(TrainOptions options, string name)
    {
        var folder = options.Out ?? RunFolder.NextFree("runs", name);
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file, but a model is a folder; choose another --out");
        if (Directory.Exists(folder) && !options.Overwrite && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InputException($"{folder}: the folder is not empty; choose another --out, or add --overwrite");
        RequireWritable(folder);
        return folder;
    }

    /// <summary>Checks the path of a log.</summary>
    /// <exception cref="InputException">Something is in the way, or its folder does not exist.</exception>
    public static void Log(TrainOptions options, string folder, IEnumerable<string> inputs)
    {
        if (options.Log is not { } path) return;
        if (Directory.Exists(path))
            throw new InputException($"{path}: is a folder; name a file for --log");
        if (inputs.Any(input => Path.GetFullPath(input) == Path.GetFullPath(path)))
            throw new InputException($"{path}: is read by this run; name another file for --log");
        if (File.Exists(path) && !options.Overwrite && !options.Resume)
            throw new InputException($"{path}: exists already; choose another --log, or add --overwrite");
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // A log inside the model's folder may be the first thing in it.
        if (!Directory.Exists(parent) && parent != Path.GetFullPath(folder))
            throw new InputException($"{path}: its folder does not exist; create it, or choose another --log");
        RequireWritable(parent);
    }

    /// <summary>Checks the path of what a verb writes.</summary>
    /// <exception cref="InputException">It is a folder, or cannot be written.</exception>
    public static void Output(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder; name a file for --output");
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(parent))
            throw new InputException($"{path}: its folder does not exist; create it, or choose another --output");
        // What exists may be a pipe or a link, whose folder need not be writable.
        if (!Path.Exists(path)) RequireWritable(parent);
    }

    /// <summary>Tries a file that vanishes when closed; only the system knows what it allows.</summary>
    public static void RequireWritable(string folder)
    {
        try
        {
            var existing = Path.GetFullPath(folder);
            while (!Path.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
            if (File.Exists(existing))
                throw new InputException($"{folder}: {existing} is a file; choose another folder");
            var probe = Path.Combine(existing, $".engine-{Path.GetRandomFileName()}.tmp");
            using (new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                // Opened is enough.
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(
                $"{folder}: nothing can be written there; choose another folder, or change its permissions", failure);
        }
    }
}
