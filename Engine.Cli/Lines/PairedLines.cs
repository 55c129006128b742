using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>Files whose n-th lines belong together, blank ones included.</summary>
internal static class PairedLines
{
    /// <summary>The lines of two files.</summary>
    /// <param name="first">A file.</param>
    /// <param name="second">A file that must have the same number of lines.</param>
    /// <param name="progress">Is told which part of the files is read.</param>
    /// <exception cref="InputException">
    /// A file cannot be read or has no lines, or the files differ in their number of lines.
    /// </exception>
    public static (IReadOnlyList<string> First, IReadOnlyList<string> Second) Read(
        string first, string second, ProgressLine progress)
    {
        InputFile.RequireOnce([first, second]);
        var (lines, others) = (
            TextLines.Read(first, progress, progress.Say), TextLines.Read(second, progress, progress.Say));
        RequireLines(first, lines.Count);
        RequireSameCount(first, lines.Count, second, others.Count);
        return (lines, others);
    }

    /// <summary>
    /// The lines of a file with the lines that other files have at the same place, held one at a time.
    /// </summary>
    /// <param name="first">The file.</param>
    /// <param name="others">The other files.</param>
    /// <param name="progress">Is told which part of the file is read.</param>
    /// <returns>A line, and the line of each other file, in an array that the next lines overwrite.</returns>
    /// <exception cref="InputException">
    /// The enumeration throws it: a file cannot be read or has no lines, or the files differ in their number of lines.
    /// </exception>
    public static IEnumerable<(string First, string[] Others)> Stream(
        string first, IReadOnlyList<string> others, ProgressLine progress)
    {
        InputFile.RequireOnce([first, .. others]);
        using var lines = TextLines.Stream(first, progress, progress.Say).GetEnumerator();
        var beside = others.Select(path => TextLines.Stream(path, remark: progress.Say).GetEnumerator()).ToArray();
        try
        {
            var count = 0L;
            var current = new string[beside.Length];
            while (lines.MoveNext())
            {
                for (var i = 0; i < beside.Length; i++)
                {
                    if (!beside[i].MoveNext()) RequireSameCount(first, count + 1 + Rest(lines), others[i], count);
                    current[i] = beside[i].Current;
                }
                count++;
                yield return (lines.Current, current);
            }
            RequireLines(first, count);
            for (var i = 0; i < beside.Length; i++)
                RequireSameCount(first, count, others[i], count + Rest(beside[i]));
        }
        finally
        {
            foreach (var file in beside) file.Dispose();
        }
    }

    /// <summary>Lines, each followed by a line feed and the line that another text has at the same place.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="name">What messages call their text.</param>
    /// <param name="linesBeside">The lines of the other text.</param>
    /// <param name="beside">What messages call the other text.</param>
    /// <exception cref="InputException">
    /// The enumeration throws it: the other text cannot be read, or has fewer or more lines.
    /// </exception>
    public static IEnumerable<string> Join(
        IEnumerable<string> lines, string name, IEnumerable<string> linesBeside, string beside)
    {
        using var others = linesBeside.GetEnumerator();
        var count = 0L;
        foreach (var line in lines)
        {
            if (!others.MoveNext())
                throw new InputException(FormattableString.Invariant(
                    $"{beside} has {count} lines and {name} has more; line n of one must belong to line n of the ")
                    + "other, so give both the same number of lines");
            count++;
            yield return $"{line}\n{others.Current}";
        }
        if (Rest(others) is > 0 and var rest) RequireSameCount(name, count, beside, count + rest);
    }

    private static void RequireLines(string path, long count)
    {
        if (count == 0) throw new InputException($"{path}: holds no line; write at least one sentence into it");
    }

    private static void RequireSameCount(string first, long count, string second, long other)
    {
        if (count == other) return;
        throw new InputException(
            $"{first} has {count} lines but {second} has {other}; line n of one must belong to line n of the other, so "
            + "give both files the same number of lines");
    }

    /// <summary>The number of lines that are left.</summary>
    private static long Rest(IEnumerator<string> lines)
    {
        var count = 0L;
        while (lines.MoveNext()) count++;
        return count;
    }
}
