using System.Globalization;

namespace Engine.Storage;

/// <summary>
/// The claim of a run to a folder. While one run has it, no other gets it, in this process or in another.
/// </summary>
/// <remarks>
/// The claim is a file in the folder that the run holds locked. The system releases the lock when the process ends,
/// however it ends, so that what a killed run leaves behind claims nothing.
/// </remarks>
public sealed class RunClaim : IDisposable
{
    private const string LockName = ".engine-run.lock", Temporaries = ".engine-*.tmp";
    private const int Attempts = 100;

    // EWOULDBLOCK on Linux and on macOS, and Windows's sharing violation.
    private static readonly int[] Locked = [11, 35, unchecked((int)0x80070020)];

    private readonly DiskFile file;
    private readonly IReadOnlyList<string> made;

    private RunClaim(string folder, DiskFile file, IReadOnlyList<string> made) =>
        (Folder, this.file, this.made) = (folder, file, made);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Claims a folder, creates it if it is missing, and removes the temporary files of dead processes.
    /// </summary>
    /// <exception cref="InputException">Another run has the folder, or nothing can be written there.</exception>
    public static RunClaim Take(string folder) =>
        TryTake(folder) ?? throw new InputException(
            $"{FileProblem.OneLine(folder)}: another run is at work in this folder; wait until it ends, or name "
            + "another folder with RunClaim.Take(folder)");

    /// <summary>
    /// Claims <c>parent/name-1</c>, or <c>-2</c>, <c>-3</c>...: the first path that does not exist and that no other
    /// run claims at the same time.
    /// </summary>
    /// <exception cref="InputException">Nothing can be written there.</exception>
    public static RunClaim TakeNext(string parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (Path.Exists(path) || TryTake(path, isNew: true) is not { } claim) continue;
            if (!HoldsFiles(path)) return claim;
            claim.Dispose(); // another run has come and gone since the path did not exist
        }
    }

    /// <summary>Whether a folder holds anything but what Engine puts there for a while.</summary>
    public static bool HoldsFiles(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder)
            .Select(Path.GetFileName)
            .Any(name => name != LockName
                && !System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Temporaries, name));

    /// <summary>Whether a run has claimed the folder, or left its claim behind.</summary>
    public static bool HasTrace(string folder) => Path.Exists(Path.Combine(folder, LockName));

    /// <summary>Removes the temporary files that dead processes left in a folder below the claimed one.</summary>
    /// <param name="name">The name of the folder, which need not exist; nothing is removed through a link.</param>
    public void RemoveTemporariesIn(string name)
    {
        var below = new DirectoryInfo(Path.Combine(Folder, name));
        if (below.Exists && below.LinkTarget is null) RemoveTemporaries(below.FullName);
    }

    /// <summary>Releases the folder, and removes it if the claim created it and it is still empty.</summary>
    public void Dispose()
    {
        try
        {
            Disk.Delete(file.Path); // before the lock ends, so that the file is surely this run's
            file.Dispose();
            RemoveEmpty(made);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // What stays is harmless: nobody holds its lock.
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <param name="folder">The folder.</param>
    /// <param name="isNew">
    /// Whether the folder did not exist just now. Then the claim removes the folder, even if another run that wanted
    /// the folder too has created it.
    /// </param>
    private static RunClaim? TryTake(string folder, bool isNew = false)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        RunFolder.RequireWritable(folder);
        for (var attempt = 1; ; attempt++)
        {
            var made = Missing(full);
            if (isNew && made.Count == 0) made.Add(full);
            RunFolder.Make(folder);
            try
            {
                if (OpenLock(Path.Combine(full, LockName)) is not { } file) continue;
                var claim = new RunClaim(folder, file, made);
                RemoveTemporaries(full);
                return claim;
            }
            catch (IOException failure) when (Locked.Contains(failure.HResult))
            {
                return null;
            }
            catch (DirectoryNotFoundException) when (attempt < Attempts)
            {
                // Another run has just removed the folder, which was empty.
            }
            catch (Exception failure) when (FileProblem.IsOne(failure))
            {
                RemoveEmpty(made);
                throw FileProblem.Of(Path.Combine(folder, LockName), "written", failure);
            }
        }
    }

    /// <summary>The locked file; null if another run removed the file between its opening and its locking.</summary>
    private static DiskFile? OpenLock(string path)
    {
        if (OutputTarget.IsLink(path)) Disk.Delete(path);
        // On Unix, only a file that is shared in no way is locked against everyone.
        var share = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;
        var file = Disk.Open(path, FileMode.OpenOrCreate, share);
        if (file.Changed == File.GetLastWriteTimeUtc(path)) return file;
        file.Dispose();
        return null;
    }

    /// <summary>The folders that do not exist, the innermost first.</summary>
    private static List<string> Missing(string folder)
    {
        var missing = new List<string>();
        for (var at = folder; at is not null && !Path.Exists(at); at = Path.GetDirectoryName(at)) missing.Add(at);
        return missing;
    }

    private static void RemoveEmpty(IEnumerable<string> folders)
    {
        try
        {
            foreach (var folder in folders.Where(folder => !Directory.EnumerateFileSystemEntries(folder).Any()))
                Disk.DeleteFolder(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // An empty folder does no harm.
        }
    }

    private static void RemoveTemporaries(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, Temporaries))
        {
            try
            {
                if (!OutputTarget.IsRegular(path)) continue; // to open a pipe waits for its other end
                // A living process holds its temporary file locked until the file has taken its place.
                using (new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None))
                {
                    // To open the file is enough.
                }
                Disk.Delete(path);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // The file is in use, or another user's; it does no harm.
            }
        }
    }
}
