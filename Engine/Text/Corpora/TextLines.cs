using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Reads lines of UTF-8 text, strictly: a byte that is not UTF-8 is an error that names its line, and never becomes
/// "�".
/// </summary>
/// <remarks>
/// A byte order mark, and a carriage return before a line feed, are dropped. Only a line feed ends a line: Unicode's
/// other separators are part of the text, as in other tools for parallel files, so that lines of two files keep
/// belonging together. A file that begins as gzip data is decompressed, whatever its name.
/// </remarks>
public static class TextLines
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>All lines of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told how much of the file is read.</param>
    /// <exception cref="InputException">The file is missing, cannot be read, or is not UTF-8.</exception>
    public static IReadOnlyList<string> Read(string path, IProgress<WorkProgress>? progress = null) =>
        [.. Stream(path, progress)];

    /// <summary>The lines of a file, one at a time; the enumeration opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Is told how much of the file is read.</param>
    /// <exception cref="InputException">
    /// The enumeration throws it: the file is missing, cannot be read, or is not UTF-8.
    /// </exception>
    public static IEnumerable<string> Stream(string path, IProgress<WorkProgress>? progress = null)
    {
        using var stream = InputFile.Open(path);
        using var counter = stream.CanSeek
            ? new ProgressCounter(progress, $"reading {Path.GetFileName(path)}", stream.Length) : null;
        foreach (var line in Enumerate(stream, path))
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
    /// <exception cref="InputException">
    /// The enumeration throws it: a line is not UTF-8, or reading fails.
    /// </exception>
    public static IEnumerable<string> Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Enumerate(stream, name);
    }

    /// <summary>
    /// Writes lines, each ended by a line feed. A reader finds either the old file or the whole new one.
    /// </summary>
    internal static void WriteAtomically(string path, IEnumerable<string> lines) =>
        AtomicFile.Write(path, Writer(lines));

    /// <summary>What writes lines to a stream, each ended by a line feed.</summary>
    internal static Action<Stream> Writer(IEnumerable<string> lines) =>
        stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));

    private static IEnumerable<string> Enumerate(Stream stream, string name)
    {
        var buffer = new byte[1 << 16];
        var start = 0; // of the line that is being read
        var filled = 0;
        int begun;
        do
        {
            begun = Fill(stream, buffer.AsSpan(filled), name, 1);
            filled += begun;
        }
        while (begun > 0 && filled < GzipInput.MagicLength && buffer[0] == GzipInput.FirstByte);
        using var gzip = GzipInput.IsGzip(buffer.AsSpan(0, filled)) ? new GzipInput(buffer[..filled], stream) : null;
        if (gzip is not null) (stream, filled) = (gzip, 0);
        for (var number = 1; ;)
        {
            var feed = Array.IndexOf(buffer, (byte)'\n', start, filled - start);
            if (feed >= 0)
            {
                yield return Decode(buffer.AsSpan(start, feed - start), name, number++);
                start = feed + 1;
                continue;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            start = 0;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            var count = Fill(stream, buffer.AsSpan(filled), name, number);
            filled += count;
            if (count > 0)
                continue;
            if (filled > 0)
                yield return Decode(buffer.AsSpan(0, filled), name, number);
            yield break;
        }
    }

    private static int Fill(Stream stream, Span<byte> free, string name, int number)
    {
        try
        {
            return stream.Read(free);
        }
        catch (InvalidDataException damage)
        {
            throw new InputException(
                $"{name}:{number}: the gzip data are damaged or cut short; check the file with gzip -t, and copy or "
                + "compress it again", damage);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new InputException(
                $"{name}:{number}: cannot be read ({FileProblem.OneLine(failure.Message).TrimEnd('.')}); "
                + "check where it comes from", failure);
        }
    }

    private static string Decode(ReadOnlySpan<byte> line, string name, int number)
    {
        if (number == 1 && line.StartsWith(Encoding.UTF8.Preamble))
            line = line[Encoding.UTF8.Preamble.Length..];
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        try
        {
            return Strict.GetString(line);
        }
        catch (DecoderFallbackException failure)
        {
            throw new InputException(
                $"{name}:{number}: not valid UTF-8 at byte {failure.Index + 1} of the line; convert the file to UTF-8 "
                + "(for example with iconv)", failure);
        }
    }
}
