using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>Files whose n-th lines belong together, blank ones included.</summary>
internal static class PairedLines
{
    /// <summary>The lines of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told which part of the file is read.</param>
    /// <exception cref="InputException">The file cannot be read, or has no lines.</exception>
    public static IReadOnlyList<string> Read(string path, ProgressLine progress)
    {
        var lines = TextLines.Read(path, progress, progress.Say);
        return lines.Count > 0
            ? lines
            : throw new InputException($"{path}: holds no line; write at least one sentence into it");
    }

    /// <summary>The lines of a file that must have the same number of lines as another.</summary>
    /// <param name="path">The file.</param>
    /// <param name="count">The number of lines of the other file.</param>
    /// <param name="other">The other file.</param>
    /// <param name="progress">Is told which part of the file is read.</param>
    /// <exception cref="InputException">The file cannot be read, or has another number of lines.</exception>
    public static IReadOnlyList<string> ReadBeside(
        string path, int count, string other, ProgressLine progress)
    {
        var lines = TextLines.Read(path, progress, progress.Say);
        return lines.Count == count
            ? lines
            : throw new InputException(
                $"{other} has {count} lines but {path} has {lines.Count}; line n of one must belong to line n of the "
                + "other, so give both files the same number of lines");
    }
}
