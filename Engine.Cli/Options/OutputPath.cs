using Engine.Storage;

namespace Engine.Cli;

/// <summary>The file that <c>--output</c>, or another option, names.</summary>
internal static class OutputPath
{
    /// <summary>Checks, before any work, that the file can be written; nothing is changed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names the file.</param>
    /// <exception cref="InputException">The path is a folder, or cannot be written.</exception>
    public static void Check(string path, string option = "--output")
    {
        if (Directory.Exists(path)) throw new InputException($"{path}: is a folder; name a file for {option}");
        var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!InputFile.Exists(parent))
            throw new InputException($"{path}: its folder does not exist; create it, or choose another {option}");
        AtomicFile.Check(path, followsLinks: true);
    }

    /// <summary>Refuses to write into a file that the command reads, or writes for another option.</summary>
    /// <param name="path">The file to write; null if the option is left out.</param>
    /// <param name="option">The option that names the file.</param>
    /// <param name="others">The other files of the command, each with the option that names it.</param>
    /// <exception cref="InputException">One of the other files is this file, by whatever path.</exception>
    public static void RequireOther(
        string? path, string option, params ReadOnlySpan<(string Option, string? Path)> others)
    {
        if (path is null || AtomicFile.IsStandardOutput(path)) return;
        foreach (var (other, named) in others)
        {
            if (named is not null && Target(named) == Target(path))
                throw new InputException(
                    $"{path}: {option} would replace the file that {other} names; give {option} another file");
        }
    }

    /// <summary>The full path of a file, behind symbolic links to it and to its folders.</summary>
    private static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            var folder = Path.GetDirectoryName(full) is { } parent && Directory.Exists(parent)
                ? Directory.ResolveLinkTarget(parent, returnFinalTarget: true)?.FullName ?? parent : null;
            full = folder is null ? full : Path.Combine(folder, Path.GetFileName(full));
            return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return full; // what cannot be followed is reported where it is opened
        }
    }

    /// <summary>As <see cref="Check"/>, for a verb that prints results beside the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="option">The option that names the file.</param>
    /// <exception cref="InputException">The path is a folder, cannot be written, or is standard output.</exception>
    public static void CheckBesideResults(string path, string option = "--output")
    {
        Check(path, option);
        if (AtomicFile.IsStandardOutput(path))
            throw new InputException(
                $"{path}: standard output gets the scores; name a file for {option}, and read the file");
    }
}
