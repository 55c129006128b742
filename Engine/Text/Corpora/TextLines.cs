using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Reads lines of UTF-8 text, strictly: a byte that is not UTF-8 is an error that names its line, and never becomes
/// "�".
/// </summary>
/// <remarks>
/// <para>
/// Only a line feed ends a line: Unicode's other separators are part of the text, as in other tools for parallel files,
/// so that lines of two files keep belonging together. A carriage return before a line feed is dropped. A file that has
/// carriage returns and no line feed is read as lines that end in carriage returns.
/// </para>
/// <para>
/// A byte order mark at the beginning of a line is dropped. A file that begins as gzip data is decompressed, whatever
/// its name. Other formats are refused by name, and so are NUL characters and lines of more than 1 MiB.
/// </para>
/// </remarks>
public static class TextLines
{
    /// <summary>All lines of a file, held in memory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told how much of the file is read.</param>
    /// <param name="remark">Is told what is left out or read in an unusual way, such as a byte order mark.</param>
    /// <exception cref="InputException">
    /// The file is missing, cannot be read, is not UTF-8, or would take more than a sixth of the memory that the
    /// process may use.
    /// </exception>
    public static IReadOnlyList<string> Read(
        string path, IProgress<WorkProgress>? progress = null, Action<string>? remark = null) =>
        Read(path, progress, remark, HeldLines.Most);

    /// <summary>All lines of a file that take at most a number of bytes in memory.</summary>
    internal static IReadOnlyList<string> Read(
        string path, IProgress<WorkProgress>? progress, Action<string>? remark, long most)
    {
        var held = new HeldLines(most, ", or, for training text, TrainingConfiguration.Window 100000, which holds only "
            + "that number of pairs at a time");
        Hold(held, path, progress, remark);
        return held.Lines;
    }

    /// <summary>All lines of some files, one file after the other, held in memory.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="progress">Is told how much of each file is read.</param>
    /// <param name="remark">Is told what is left out or read in an unusual way, such as a byte order mark.</param>
    /// <exception cref="InputException">
    /// A file is missing, cannot be read, or is not UTF-8, or all files together would take more than a sixth of the
    /// memory that the process may use.
    /// </exception>
    public static IReadOnlyList<string> ReadAll(
        IReadOnlyList<string> paths, IProgress<WorkProgress>? progress = null, Action<string>? remark = null) =>
        ReadAll(paths, progress, remark, HeldLines.Most);

    /// <summary>All lines of some files that take at most a number of bytes in memory.</summary>
    internal static IReadOnlyList<string> ReadAll(
        IReadOnlyList<string> paths, IProgress<WorkProgress>? progress, Action<string>? remark, long most)
    {
        var held = new HeldLines(most);
        foreach (var path in paths) Hold(held, path, progress, remark);
        return held.Lines;
    }

    private static void Hold(
        HeldLines held, string path, IProgress<WorkProgress>? progress, Action<string>? remark)
    {
        using var stream = InputFile.Open(path);
        held.Begin(path);
        foreach (var line in Lines(stream, path, progress, remark))
            held.Add(line, stream.CanSeek ? (double)stream.Position / stream.Length : 0);
    }

    /// <summary>The lines of a file, one at a time; the enumeration opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told how much of the file is read.</param>
    /// <param name="remark">Is told what is left out or read in an unusual way, such as a byte order mark.</param>
    /// <exception cref="InputException">
    /// The enumeration throws it: the file is missing, cannot be read, or is not UTF-8.
    /// </exception>
    public static IEnumerable<string> Stream(
        string path, IProgress<WorkProgress>? progress = null, Action<string>? remark = null)
    {
        using var stream = InputFile.Open(path);
        foreach (var line in Lines(stream, path, progress, remark)) yield return line;
    }

    private static IEnumerable<string> Lines(
        FileStream stream, string path, IProgress<WorkProgress>? progress, Action<string>? remark)
    {
        using var counter = stream.CanSeek
            ? new ProgressCounter(progress, $"reading {Path.GetFileName(path)}", stream.Length) : null;
        foreach (var line in new LineReader(stream, path, remark).Lines())
        {
            counter?.At(stream.Position); // the position in the file, also if the text is compressed
            yield return line;
        }
    }

    /// <summary>
    /// The lines of a stream, each as soon as it has arrived, so that a program at a pipe answers line by line.
    /// </summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What messages call the stream, such as "standard input".</param>
    /// <param name="remark">Is told what is left out or read in an unusual way.</param>
    /// <exception cref="InputException">
    /// The enumeration throws it: a line is not UTF-8, or reading fails.
    /// </exception>
    public static IEnumerable<string> Read(Stream stream, string name, Action<string>? remark = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new LineReader(stream, name, remark).Lines();
    }

    /// <summary>The lines of a file that the program wrote: every character belongs to its line.</summary>
    /// <exception cref="InputException">
    /// The enumeration throws it: the file is missing, cannot be read, or is not UTF-8.
    /// </exception>
    internal static IEnumerable<string> StreamExactly(string path)
    {
        using var stream = InputFile.Open(path);
        foreach (var line in ReadExactly(stream, path)) yield return line;
    }

    /// <summary>The lines of a stream that the program wrote: every character belongs to its line.</summary>
    /// <exception cref="InputException">The enumeration throws it: a line is not UTF-8, or reading fails.</exception>
    internal static IEnumerable<string> ReadExactly(Stream stream, string name) =>
        new LineReader(stream, name) { IsExact = true }.Lines();

    /// <summary>
    /// Writes lines, each ended by a line feed. A reader finds either the old file or the whole new one.
    /// </summary>
    internal static void WriteAtomically(string path, IEnumerable<string> lines) =>
        AtomicFile.Write(path, Writer(lines));

    /// <summary>What writes lines to a stream, each ended by a line feed.</summary>
    internal static Action<Stream> Writer(IEnumerable<string> lines) =>
        stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
}
