namespace Engine.Storage;

/// <summary>
/// The new content of a file. It is written to a temporary file beside the old one, and takes its place when it is
/// whole; what has not taken its place is discarded. A pipe or a device has no old content to keep, so that it is
/// written directly.
/// </summary>
internal sealed class OutputFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private const UnixFileMode Writers = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private readonly DiskFile file;
    private readonly string? temporary; // null if the file is written directly
    private bool isInPlace;

    private OutputFile(DiskFile file, string target, string? temporary)
    {
        (this.file, Target, this.temporary) = (file, target, temporary);
        Stream = temporary is null ? file : new BufferedStream(file, BufferBytes);
    }

    /// <summary>The full path of the file that is replaced.</summary>
    public string Target { get; }

    /// <summary>Takes the new content.</summary>
    public Stream Stream { get; }

    /// <summary>Begins the new content of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followsLinks">Whether the file at the end of links is replaced, or the link itself.</param>
    /// <exception cref="InputException">The path is a folder, or cannot be written.</exception>
    public static OutputFile Open(string path, bool followsLinks)
    {
        try
        {
            if (OutputTarget.Of(path, followsLinks) is not { } target) return OpenHandle(path);
            RequireFile(path, target);
            var isLink = OutputTarget.IsLink(target);
            if (!isLink && File.Exists(target))
            {
                if (OpenUnlessRegular(target) is { } straight) return new OutputFile(straight, target, temporary: null);
            }
            return Beside(target, PermissionsFor(target, isLink));
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "written", failure);
        }
    }

    /// <summary>
    /// Refuses what stands where a regular file is to be written, without waiting for the reader of a pipe; a link may
    /// stand there, since it is replaced.
    /// </summary>
    /// <exception cref="InputException">
    /// The path is a folder, a pipe or a device, or a file that nobody may write.
    /// </exception>
    public static void RequireReplaceable(string path)
    {
        try
        {
            RequireFile(path, path);
            if (Path.Exists(path) && !OutputTarget.IsLink(path) && !OutputTarget.IsRegular(path))
                throw new InputException(
                    $"{FileProblem.OneLine(path)}: is a pipe or a device where a file is to be written; remove it, or "
                    + "choose another folder.");
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "written", failure);
        }
    }

    /// <summary>Checks, without a change, that a file can be written, as far as the system tells.</summary>
    /// <exception cref="InputException">The path is a folder, or cannot be written.</exception>
    public static void Check(string path, bool followsLinks)
    {
        try
        {
            if (OutputTarget.Of(path, followsLinks) is not { } target) return;
            RequireFile(path, target);
            // An empty file may be a pipe or a device: these need no temporary file in their folder.
            if (!InputFile.MayBePipe(target))
                RunFolder.RequireWritable(Path.GetDirectoryName(target) ?? target);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "written", failure);
        }
    }

    /// <summary>Whether a file is replaced, rather than written directly as a handle, a pipe or a device is.</summary>
    public static bool Replaces(string path, bool followsLinks) =>
        OutputTarget.Of(path, followsLinks) is { } target
        && (!File.Exists(target) || OutputTarget.IsLink(target) || OutputTarget.IsRegular(target));

    /// <summary>A name for a temporary file. It is short and random: two processes do not collide.</summary>
    public static string TemporaryName(string folder) =>
        Path.Combine(folder, $".engine-{Path.GetRandomFileName()}.tmp");

    /// <summary>Waits until the disk has the content.</summary>
    public void Flush()
    {
        Stream.Flush();
        if (temporary is not null) file.FlushToDisk();
    }

    /// <summary>Puts the content in its place, after <see cref="Flush"/>.</summary>
    public void PutInPlace()
    {
        if (temporary is not null) Disk.Rename(temporary, Target);
        isInPlace = true;
    }

    /// <summary>Closes the file, and discards it unless it has taken its place.</summary>
    public void Dispose()
    {
        try
        {
            if (!isInPlace && temporary is not null) Disk.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The caller reports the error of the write, which came first.
        }
        finally
        {
            file.Dispose();
        }
    }

    private static OutputFile OpenHandle(string path)
    {
        var handle = Disk.Open(path, FileMode.Open, FileShare.ReadWrite | FileShare.Delete);
        // What the owner of the handle has written stays.
        if (handle.CanSeek) handle.Seek(0, SeekOrigin.End);
        return new OutputFile(handle, path, temporary: null);
    }

    /// <summary>
    /// A temporary file in the folder of its target: a rename is atomic only within a file system. The file stays
    /// locked until it has taken its place, so that another process can tell it from what a dead process left.
    /// </summary>
    private static OutputFile Beside(string target, UnixFileMode? permissions)
    {
        var temporary = TemporaryName(Path.GetDirectoryName(target) ?? target);
        var file = Disk.Open(temporary, FileMode.CreateNew, FileShare.Delete, permissions);
        var output = new OutputFile(file, target, temporary);
        try
        {
            // The system took the umask's bits away.
            if (permissions is { } given && file.Permissions != given) file.Permissions = given;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A file that fewer people may read is better than none.
        }
        catch
        {
            output.Dispose();
            throw;
        }
        return output;
    }

    /// <summary>A pipe or a device, else null; opening a pipe waits for its reader.</summary>
    private static DiskFile? OpenUnlessRegular(string target)
    {
        var file = Disk.Open(target, FileMode.Open, FileShare.ReadWrite | FileShare.Delete);
        var isKept = false;
        try
        {
            isKept = !OutputTarget.IsRegular(target);
            return isKept ? file : null;
        }
        finally
        {
            if (!isKept) file.Dispose();
        }
    }

    /// <summary>Refuses a folder, and a file that nobody may write.</summary>
    /// <remarks>
    /// Who makes a file read-only wants to keep it, although the permissions of its folder would let it be replaced.
    /// </remarks>
    private static void RequireFile(string path, string target)
    {
        if (OutputTarget.IsLink(target)) return;
        if (Path.EndsInDirectorySeparator(path) || Directory.Exists(target))
            throw FileProblem.Folder(path, "written");
        if (!OperatingSystem.IsWindows() && File.Exists(target) && (File.GetUnixFileMode(target) & Writers) == 0)
            throw new InputException(
                $"{FileProblem.OneLine(path)}: is read-only; allow writing with chmod u+w, or name another file.");
    }

    /// <summary>
    /// The permissions of the old file; null for a new file, which gets the system's. In place of a link comes a file
    /// that no more people may read than the file at the link's end, and that can be replaced again.
    /// </summary>
    internal static UnixFileMode? PermissionsFor(string target, bool isLink)
    {
        const UnixFileMode All = (UnixFileMode)0b111_111_111;
        if (OperatingSystem.IsWindows() || !File.Exists(target)) return null;
        try
        {
            var permissions = File.GetUnixFileMode(target) & All;
            return isLink ? permissions | UnixFileMode.UserWrite : permissions;
        }
        catch (FileNotFoundException) when (isLink)
        {
            return null; // the link leads nowhere
        }
    }
}
