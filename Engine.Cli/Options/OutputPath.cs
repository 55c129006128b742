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
