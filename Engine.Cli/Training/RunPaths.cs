using Engine.Storage;

namespace Engine.Cli;

/// <summary>The paths that a training run writes, checked before any work; nothing is changed.</summary>
internal static class RunPaths
{
    /// <summary>The folder that the model goes to.</summary>
    /// <param name="options">The options, which may name the folder.</param>
    /// <param name="name">The name of the run, for a folder that the options do not name.</param>
    /// <exception cref="InputException">Something is in the way, or the folder cannot be made.</exception>
    public static string Folder(TrainOptions options, string name)
    {
        var folder = options.Out ?? RunFolder.NextFree("runs", name);
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file, but a model is a folder; choose another --out");
        if (Directory.Exists(folder) && !options.Overwrite && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new InputException($"{folder}: the folder is not empty; choose another --out, or add --overwrite");
        OutputPath.RequireWritable(folder);
        return folder;
    }

    /// <summary>Checks the path of a log.</summary>
    /// <param name="options">The options, which may name a log.</param>
    /// <param name="folder">The folder of the model.</param>
    /// <param name="inputs">The files that the run reads, which a log must not replace.</param>
    /// <exception cref="InputException">Something is in the way, or the log's folder does not exist.</exception>
    public static void CheckLog(TrainOptions options, string folder, IEnumerable<string> inputs)
    {
        if (options.Log is not { } path) return;
        if (Directory.Exists(path))
            throw new InputException($"{path}: is a folder; name a file for --log");
        if (inputs.Any(input => Path.GetFullPath(input) == Path.GetFullPath(path)))
            throw new InputException($"{path}: is read by this run; name another file for --log");
        if (File.Exists(path) && !options.Overwrite && !options.Resume)
            throw new InputException($"{path}: exists already; choose another --log, or add --overwrite");
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        // A log inside the model's folder may be the first file in it.
        if (!Directory.Exists(parent) && parent != Path.GetFullPath(folder))
            throw new InputException($"{path}: its folder does not exist; create it, or choose another --log");
        OutputPath.RequireWritable(parent);
    }
}
