namespace Engine.Storage;

/// <summary>Tells what a path to write leads to: a regular file, a link, a pipe, a device, an open handle.</summary>
internal static class OutputTarget
{
    private const int MostLinks = 40; // Linux follows this number too
    private const int InvalidArgument = 22; // EINVAL

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

    /// <summary>Whether an existing path is a regular file; does not wait for the reader of a pipe.</summary>
    /// <exception cref="IOException">The path cannot be looked at.</exception>
    /// <exception cref="UnauthorizedAccessException">An empty file, pipe or device may not be opened.</exception>
    public static bool IsRegular(string path)
    {
        if (!InputFile.MayBePipe(path)) return true;
        // A pipe that is opened for both directions has both its ends.
        using var file = new FileStream(
            path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return IsRegular(file);
    }

    /// <summary>
    /// Whether an open file is a regular file. A pipe or terminal cannot seek; a device that can has no length, and
    /// refuses to be given one.
    /// </summary>
    public static bool IsRegular(Stream file)
    {
        if (!file.CanSeek) return false;
        if (file.Length > 0) return true;
        try
        {
            file.SetLength(0);
            return true;
        }
        catch (IOException failure) when (failure.HResult == InvalidArgument)
        {
            return false;
        }
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
