namespace Engine.Storage;

/// <summary>Turns the system's error about a file into one line that says what to do.</summary>
internal static class FileProblem
{
    private const int LongestName = 80, LongestList = 10;

    /// <summary>Whether the file or its path may have caused an exception, rather than a mistake in the code.</summary>
    public static bool IsOne(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    /// <summary>
    /// The error of the file at <paramref name="path"/>; <paramref name="doing"/> is "read" or "written".
    /// </summary>
    public static InputException Of(string path, string doing, Exception cause)
    {
        if (cause is UnauthorizedAccessException && Directory.Exists(path)) return Folder(path, doing, cause);
        var text = cause switch
        {
            FileNotFoundException => "there is no such file; check the spelling and the current folder.",
            DirectoryNotFoundException =>
                $"the folder '{OneLine(Path.GetDirectoryName(path) ?? path)}' does not exist; "
                + (doing == "read" ? "check the spelling and the current folder." : "create it or name another."),
            UnauthorizedAccessException =>
                $"may not be {doing} by this user; change its permissions or its folder's permissions.",
            PathTooLongException => "the path is longer than the system allows; choose a shorter one.",
            EndOfStreamException => "became shorter while it was read; wait until it is complete and try again.",
            _ => $"could not be {doing}: {OneLine(cause.Message)} Check the path, the disk and the space left on it.",
        };
        return new InputException($"{OneLine(path)}: {text}", cause);
    }

    /// <summary>The error of a folder where a file is needed.</summary>
    public static InputException Folder(string path, string doing, Exception? cause = null)
    {
        var message = $"{OneLine(path)}: is a folder and cannot be {doing} as a file; name a file inside it.";
        return cause is null ? new InputException(message) : new InputException(message, cause);
    }

    /// <summary>A name from a file, made fit for a message: quoted, without control characters, not too long.</summary>
    public static string Quote(string name)
    {
        if (name.Length <= LongestName) return $"'{OneLine(name)}'";
        var end = char.IsHighSurrogate(name[LongestName - 1]) ? LongestName - 1 : LongestName;
        return $"'{OneLine(name[..end])}...'";
    }

    /// <summary>
    /// A list, made fit for a message: its first items with commas between them, and dots if there are more.
    /// </summary>
    public static string List<T>(IEnumerable<T> items, int most = LongestList)
    {
        var first = items.Take(most + 1).ToArray();
        return string.Join(", ", first.Take(most)) + (first.Length > most ? ", ..." : "");
    }

    /// <summary>A text without line ends and control characters.</summary>
    public static string OneLine(string text) =>
        string.Create(text.Length, text, static (line, from) =>
        {
            for (var i = 0; i < line.Length; i++)
                line[i] = char.IsControl(from[i]) || from[i] is '\u2028' or '\u2029' ? '?' : from[i];
        });
}
