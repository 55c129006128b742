using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The paths that a training run writes, checked before any work.</summary>
internal static class RunPaths
{
    /// <summary>Claims the folder that the model goes to.</summary>
    /// <param name="options">The options, which may name the folder.</param>
    /// <param name="name">The name of the run, for a folder that the options do not name.</param>
    /// <exception cref="InputException">Something is in the way, another run has the folder, or the folder cannot be
    /// made.</exception>
    public static RunClaim Claim(TrainOptions options, string name)
    {
        if (options.Out is not { } folder) return RunClaim.TakeNext("runs", name);
        RequireFree(options);
        var claim = RunClaim.Take(folder);
        try
        {
            if (!options.Overwrite) RequireEmpty(folder);
            RunFiles.RequireReplaceable(folder);
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Refuses a folder of --out in which something is in the way.</summary>
    /// <exception cref="InputException">Something is.</exception>
    public static void RequireFree(TrainOptions options)
    {
        if (options.Out is not { } folder) return;
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file, but a model is a folder; choose another --out");
        // A folder of other things is not touched; a folder that a run has claimed may not hold anything else yet.
        if (!options.Overwrite && !RunClaim.HasTrace(folder)) RequireEmpty(folder);
    }

    private static void RequireEmpty(string folder)
    {
        if (RunClaim.HoldsFiles(folder))
            throw new InputException($"{folder}: the folder is not empty; choose another --out, or add --overwrite");
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
        var own = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (parent == own && RunFiles.IsOfARun(path))
            throw new InputException($"{path}: is the name of a file of the run itself; choose another --log");
        if (parent == own && new FileInfo(path).LinkTarget is { } target)
            throw new InputException($"{path}: is a link to {target}, and a run writes through no link in its own " +
                "folder; remove the link, or choose another --log");
        // A log inside the model's folder may be the first file in it.
        if (!InputFile.Exists(parent) && parent != own)
            throw new InputException($"{path}: its folder does not exist; create it, or choose another --log");
        RunFolder.RequireWritable(parent);
    }
}
