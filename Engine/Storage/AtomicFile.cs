using System.Text;

namespace Engine.Storage;

/// <summary>
/// Writes a file so that, whatever happens, its path holds either the old content or the new, never a part of the new.
/// </summary>
/// <remarks>
/// The content goes to a temporary file in the same folder (a rename is atomic only within a file system), is flushed
/// to the disk, then renamed over the target. The temporary name is random: two processes that write the same path
/// do not collide, and the last rename wins. A process killed in between leaves a <c>.engine-*.tmp</c> behind. If the
/// path is a link, the file at its end is replaced. A pipe or a device has no old content to keep: it is written
/// directly.
/// </remarks>
public static class AtomicFile
{
    private const int BufferBytes = 1 << 16;

    /// <summary>
    /// Replaces or creates the file at <paramref name="path"/> with what <paramref name="write"/> writes.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written; the old one, if any, is untouched.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        string? temporary = null;
        try
        {
            var target = Target(path);
            if (Directory.Exists(target))
                throw FileProblem.Folder(path, "written");
            using (var straight = OpenUnlessRegular(target))
            {
                if (straight is not null)
                {
                    write(straight);
                    return;
                }
            }

            var name = $".engine-{Path.GetRandomFileName()}.tmp";
            temporary = Path.Combine(Path.GetDirectoryName(target) ?? target, name);
            using (var file = Disk.Open(temporary, FileMode.CreateNew, FileShare.None))
            {
                var stream = new BufferedStream(file, BufferBytes);
                write(stream);
                stream.Flush();
                file.FlushToDisk();
            }

            Disk.Rename(temporary, target);
        }
        catch (Exception exception)
        {
            Discard(temporary);
            // Before there is a temporary name, an argument error comes from the path; later, from the callback.
            var ours = temporary is null || exception is IOException or UnauthorizedAccessException;
            if (ours && FileProblem.IsOne(exception))
                throw FileProblem.Of(path, "written", exception);
            throw;
        }
    }

    /// <summary>Replaces or creates a file with a text in UTF-8, without a byte-order mark.</summary>
    /// <exception cref="InputException">The file cannot be written; the old one, if any, is untouched.</exception>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(path, stream => stream.Write(bytes));
    }

    /// <summary>The file at the end of all links; it need not exist.</summary>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    private static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        return IsOfTheSystem(full) || new FileInfo(full).LinkTarget is null
            ? full
            : File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName;
    }

    // Links there, such as /dev/stdout, lead to objects without a path, and no file there may be replaced.
    private static bool IsOfTheSystem(string path) =>
        !OperatingSystem.IsWindows()
        && (path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal));

    /// <summary>A stream to a pipe or a device, else null; opening a pipe waits for its reader.</summary>
    private static DiskFile? OpenUnlessRegular(string target)
    {
        if (!File.Exists(target)) return null;
        var stream = Disk.Open(target, FileMode.Open, FileShare.ReadWrite | FileShare.Delete);
        if (IsOfTheSystem(target))
        {
            if (stream.CanSeek) stream.Seek(0, SeekOrigin.End);
            return stream;
        }
        if (!stream.CanSeek) return stream;
        stream.Dispose();
        return null;
    }

    private static void Discard(string? temporary)
    {
        try
        {
            if (temporary is not null) Disk.Delete(temporary);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The caller reports the error of the write, which came first.
        }
    }
}
