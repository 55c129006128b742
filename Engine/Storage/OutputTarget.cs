using System.Formats.Tar;

namespace Engine.Storage;

/// <summary>Tells what a path to write leads to: a regular file, a link, a pipe, a device, an open handle.</summary>
internal static class OutputTarget
{
    private const int MostLinks = 40; // Linux follows this number too

    /// <summary>The file that a write to a path replaces: the path itself, or the end of its links.</summary>
    /// <param name="path">The path; it need not exist.</param>
    /// <param name="followsLinks">Whether the file at the end of links is replaced, or the link itself.</param>
    /// <returns>
    /// The full path; null if the links pass through a handle of a process, as the links of /dev/stdout do. A handle is
    /// written as it is: its owner goes on to write to the same file.
    /// </returns>
    /// <exception cref="IOException">The links to follow lead in a circle.</exception>
    public static string? Of(string path, bool followsLinks)
    {
        var start = Path.GetFullPath(path);
        var end = start;
        for (var links = 0; links <= MostLinks; links++)
        {
            // A link to a handle is followed to the handle, or is a link as others are.
            if (IsHandle(end)) return followsLinks || end == start ? null : start;
            if (new FileInfo(end).LinkTarget is not { } next) return followsLinks ? end : start;
            end = Path.GetFullPath(next, Path.GetDirectoryName(end)!);
        }
        return followsLinks ? throw new IOException("its links lead in a circle.") : start;
    }

    /// <summary>
    /// Whether an existing path leads to a regular file. A pipe or a device is not opened, and no file is changed.
    /// </summary>
    /// <exception cref="IOException">The path cannot be looked at.</exception>
    public static bool IsRegular(string path)
    {
        if (OperatingSystem.IsWindows() || !InputFile.MayBePipe(path)) return true;
        var file = InputFile.Final(path);
        return Path.Exists(file) && !IsSpecial(file); // the final name of /dev/stdin is no path
    }

    /// <summary>Whether a path, which is no link, is a pipe or a device.</summary>
    /// <remarks>
    /// In .NET's libraries only the writer of tar archives tells the type of a file: an entry has it in its header. The
    /// writer opens regular files alone, and only to read.
    /// </remarks>
    private static bool IsSpecial(string path)
    {
        const int TypeAt = 156, LengthOfHeader = 512;
        var archive = new byte[3 * LengthOfHeader]; // an empty file, and the end of the archive
        try
        {
            using var writer = new TarWriter(new MemoryStream(archive), TarEntryFormat.Gnu);
            writer.WriteEntry(path, "file");
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            // A regular file that may not be read, that has content by now, or that another process holds.
        }
        return (TarEntryType)archive[TypeAt]
            is TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice;
    }

    /// <summary>Whether a path leads to standard output, such as <c>/dev/stdout</c>.</summary>
    public static bool IsStandardOutput(string path)
    {
        var end = Path.GetFullPath(path);
        for (var links = 0; links <= MostLinks && !IsHandle(end); links++)
        {
            if (new FileInfo(end).LinkTarget is not { } next) return false;
            end = Path.GetFullPath(next, Path.GetDirectoryName(end)!);
        }
        return IsHandle(end) && Path.GetFileName(end) == "1";
    }

    /// <summary>Whether a path is a symbolic link.</summary>
    public static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    private static bool IsHandle(string path) =>
        !OperatingSystem.IsWindows() && Path.GetDirectoryName(path) is { } folder
        && (folder == "/dev/fd"
            || (folder.StartsWith("/proc/", StringComparison.Ordinal)
                && folder.EndsWith("/fd", StringComparison.Ordinal)));
}
