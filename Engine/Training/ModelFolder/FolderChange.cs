using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Replaces the files of a run's folder by the files of another run, all at once: whenever the process ends, a reader
/// of the folder finds the old files or the new ones, and never some of both.
/// </summary>
/// <remarks>
/// The new files are written into the sub-folder <c>.engine-next</c>. The renaming of <c>.engine-next</c> to
/// <c>.engine-ready</c> is the moment of the change, for <see cref="PathToRead"/> looks into <c>.engine-ready</c>
/// first. Then the files of the old run alone are removed, and the new files are moved out, one by one, the weights
/// first: as long as <c>.engine-ready</c> has the weights, every file outside is of the old run.
/// <see cref="Recover"/> finishes a move that was interrupted.
/// </remarks>
internal static class FolderChange
{
    private const string NextName = ".engine-next", ReadyName = ".engine-ready";

    /// <summary>The path by which a file of the folder is read.</summary>
    public static string PathToRead(string folder, string name) =>
        Path.Combine(Ready(folder), name) is var ready && File.Exists(ready) ? ready : Path.Combine(folder, name);

    /// <summary>The names of the folder's files that a pattern finds, as <see cref="PathToRead"/> reads them.</summary>
    public static IEnumerable<string> FilesToRead(string folder, string pattern)
    {
        var ready = Ready(folder);
        // As long as the new weights have not moved, every file outside is of the old run.
        string[] places = File.Exists(Path.Combine(ready, ModelFolder.Weights)) ? [ready] : [ready, folder];
        return places.Where(Directory.Exists).SelectMany(place => Directory.GetFiles(place, pattern))
            .Select(path => Path.GetFileName(path)).Distinct();
    }

    /// <summary>Whether a change has begun and is not committed.</summary>
    public static bool IsOpen(string folder) => Directory.Exists(Next(folder));

    /// <summary>Where the files of the run are written: the sub-folder of an open change, else the folder.</summary>
    public static string PlaceToWrite(string folder) => IsOpen(folder) ? Next(folder) : folder;

    /// <summary>Begins a change.</summary>
    /// <exception cref="InputException">The sub-folder cannot be made.</exception>
    public static void Begin(string folder)
    {
        Discard(folder);
        RunFolder.Make(Next(folder));
        // Until the files have the permissions of the files that they replace, nobody else may look.
        SetMode(folder, _ => UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Ends a change whose files are all written, the weights among them: they take effect.</summary>
    /// <exception cref="InputException">A file cannot be renamed or removed.</exception>
    public static void Commit(string folder)
    {
        Do(folder, () =>
        {
            KeepPermissions(folder);
            SetMode(folder, folder => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(folder));
            Disk.RenameFolder(Next(folder), Ready(folder));
        });
        Recover(folder);
    }

    /// <summary>Removes the files of a change that will not be committed.</summary>
    /// <exception cref="InputException">A file cannot be removed.</exception>
    public static void Discard(string folder) => Do(folder, () =>
    {
        var next = Next(folder);
        if (RemoveLink(next) || !Directory.Exists(next)) return;
        foreach (var path in Directory.GetFiles(next)) Disk.Delete(path);
        Disk.DeleteFolder(next);
    });

    /// <summary>Finishes a committed change whose move was interrupted.</summary>
    /// <exception cref="InputException">A file cannot be moved or removed.</exception>
    public static void Recover(string folder) => Do(folder, () =>
    {
        var ready = Ready(folder);
        if (RemoveLink(ready) || !Directory.Exists(ready)) return;
        if (File.Exists(Path.Combine(ready, ModelFolder.Weights)))
        {
            foreach (var path in Directory.GetFiles(folder).Where(RunFiles.IsOfARun))
            {
                if (!File.Exists(Path.Combine(ready, Path.GetFileName(path)))) Disk.Delete(path);
            }
            MoveOut(ModelFolder.Weights);
        }
        foreach (var path in Directory.GetFiles(ready)) MoveOut(Path.GetFileName(path));
        Disk.DeleteFolder(ready);

        void MoveOut(string name) => Disk.Rename(Path.Combine(ready, name), Path.Combine(folder, name));
    });

    /// <summary>Gives each new file the permissions of the file that it replaces.</summary>
    private static void KeepPermissions(string folder)
    {
        foreach (var path in Directory.GetFiles(Next(folder)))
        {
            var old = Path.Combine(folder, Path.GetFileName(path));
            if (OutputFile.PermissionsFor(old, OutputTarget.IsLink(old)) is not { } permissions) continue;
            using var file = Disk.Open(path, FileMode.Open);
            file.Permissions = permissions;
        }
    }

    /// <summary>Gives the sub-folder a mode; a file system without modes has nothing to hide.</summary>
    private static void SetMode(string folder, Func<string, UnixFileMode> mode)
    {
        if (OperatingSystem.IsWindows()) return;
        try
        {
            Disk.SetMode(Next(folder), mode(folder));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The change itself does not depend on the mode.
        }
    }

    /// <summary>Removes a link in the place of a sub-folder: what the link leads to is not ours.</summary>
    private static bool RemoveLink(string path)
    {
        if (new DirectoryInfo(path).LinkTarget is null) return false;
        Disk.Delete(path);
        return true;
    }

    private static void Do(string folder, Action change)
    {
        try
        {
            change();
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw new InputException(
                $"{FileProblem.OneLine(folder)}: its files could not be replaced "
                + $"({FileProblem.OneLine(failure.Message).TrimEnd('.')}); check the disk and the permissions.",
                failure);
        }
    }

    private static string Next(string folder) => Path.Combine(folder, NextName);

    private static string Ready(string folder) => Path.Combine(folder, ReadyName);
}
