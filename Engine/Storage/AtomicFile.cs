using System.Text;

namespace Engine.Storage;

/// <summary>
/// Writes a file so that, whatever happens, its path holds either the old content or the new, never a part of the new.
/// </summary>
/// <remarks>
/// <para>The content goes to a temporary file in the same folder, is flushed to the disk, then renamed over the target.
/// The temporary name is random: two processes that write the same path do not collide, and the last rename wins. A
/// process killed in between leaves a <c>.engine-*.tmp</c> behind. .NET cannot flush a folder: after a power failure
/// the path may hold the old content, whole, although the write had ended.</para>
/// <para>A replaced file keeps its permissions, but not its owner or hard links. A file that nobody may write is not
/// replaced. A link is replaced itself, and its target stays, unless the caller asks to follow links. A pipe, a device
/// or an open handle (/dev/stdout) has no old content to keep: it is written directly.</para>
/// </remarks>
public static class AtomicFile
{
    /// <summary>
    /// Replaces or creates the file at <paramref name="path"/> with what <paramref name="write"/> writes.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the content to a stream; the method closes the stream.</param>
    /// <param name="followsLinks">
    /// Whether, if the path is a symbolic link, the file at its end is replaced, rather than the link.
    /// </param>
    /// <exception cref="InputException">The file cannot be written; the old one, if any, is untouched.</exception>
    public static void Write(string path, Action<Stream> write, bool followsLinks = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        using var output = OutputFile.Open(path, followsLinks);
        try
        {
            write(output.Stream);
            output.Flush();
            output.PutInPlace();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw FileProblem.Of(path, "written", failure);
        }
    }

    /// <summary>Replaces or creates a file with a text in UTF-8, without a byte-order mark.</summary>
    /// <inheritdoc cref="Write"/>
    /// <param name="path">The file.</param>
    /// <param name="text">The content.</param>
    /// <param name="followsLinks">
    /// Whether, if the path is a symbolic link, the file at its end is replaced, rather than the link.
    /// </param>
    public static void WriteText(string path, string text, bool followsLinks = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        Write(path, stream => stream.Write(bytes), followsLinks);
    }

    /// <summary>Whether a path leads to standard output, such as <c>/dev/stdout</c>.</summary>
    public static bool IsStandardOutput(string path) => OutputTarget.IsStandardOutput(path);

    /// <summary>
    /// Whether <see cref="Write"/> replaces a file: a handle, a pipe or a device is written directly.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="followsLinks">As in <see cref="Write"/>.</param>
    public static bool Replaces(string path, bool followsLinks = false) => OutputFile.Replaces(path, followsLinks);

    /// <summary>Checks, without a change, that <see cref="Write"/> will be able to write a path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="followsLinks">As in <see cref="Write"/>.</param>
    /// <exception cref="InputException">The path is a folder, or cannot be written.</exception>
    public static void Check(string path, bool followsLinks = false) => OutputFile.Check(path, followsLinks);
}
