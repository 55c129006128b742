namespace Engine.Storage;

/// <summary>What is about to change on a disk.</summary>
internal enum DiskAction
{
    MakeFolder,
    Create,
    Write,
    Flush,
    SetMode,
    Rename,
    Delete,
}

/// <summary>
/// Every change that Engine makes to files and folders goes through this class, so that a test can make any of the
/// changes fail, as a full or broken disk does, and look at what is left.
/// </summary>
internal static class Disk
{
    private static readonly AsyncLocal<Action<DiskAction, string>?> Observer = new();

    /// <summary>
    /// Calls <paramref name="before"/> with each action and its path before the action takes place. It sees the actions
    /// of this thread, and of the threads and tasks that this thread starts; an exception that it throws is the
    /// action's failure.
    /// </summary>
    /// <returns>Ends the observation when it is disposed.</returns>
    public static IDisposable Observe(Action<DiskAction, string> before)
    {
        Observer.Value = before;
        return new Observation();
    }

    /// <summary>Tells the observer of an action.</summary>
    public static void Before(DiskAction action, string path) => Observer.Value?.Invoke(action, path);

    /// <summary>Opens a file to write.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether the file must exist, and whether its content is kept.</param>
    /// <param name="share">What other handles may do at the same time.</param>
    /// <param name="permissions">The permissions of a new file, less what the process's umask takes away; null for
    /// the system's default. Ignored on Windows.</param>
    public static DiskFile Open(
        string path, FileMode mode, FileShare share = FileShare.Read, UnixFileMode? permissions = null)
    {
        Before(DiskAction.Create, path);
        var options = new FileStreamOptions { Access = FileAccess.Write, Share = share, BufferSize = 0 };
        options.Mode = mode;
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = permissions;
        return new DiskFile(new FileStream(path, options));
    }

    /// <summary>Renames a file; a file or link of the new name is replaced, and a link's target stays.</summary>
    public static void Rename(string from, string to)
    {
        Before(DiskAction.Rename, to);
        File.Move(from, to, overwrite: true);
    }

    /// <summary>Renames a folder; nothing may have the new name.</summary>
    public static void RenameFolder(string from, string to)
    {
        Before(DiskAction.Rename, to);
        Directory.Move(from, to);
    }

    /// <summary>Deletes a file, or a link and not its target; a missing file is no error.</summary>
    public static void Delete(string path)
    {
        Before(DiskAction.Delete, path);
        File.Delete(path);
    }

    /// <summary>Deletes an empty folder.</summary>
    public static void DeleteFolder(string path)
    {
        Before(DiskAction.Delete, path);
        Directory.Delete(path, recursive: false);
    }

    /// <summary>Creates a folder and the folders above it, unless they exist.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path)) return;
        Before(DiskAction.MakeFolder, path);
        Directory.CreateDirectory(path);
    }

    /// <summary>Gives a folder permissions. Windows has none of this kind.</summary>
    public static void SetMode(string folder, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows()) return;
        Before(DiskAction.SetMode, folder);
        File.SetUnixFileMode(folder, mode);
    }

    private sealed class Observation : IDisposable
    {
        public void Dispose() => Observer.Value = null;
    }
}
