using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>Reads the lines of one stream by the rules of <see cref="TextLines"/>.</summary>
/// <param name="stream">The stream; it stays open.</param>
/// <param name="name">What messages call the stream.</param>
/// <param name="remark">Is told, once for each kind, what the reader leaves out or reads in an unusual way.</param>
internal sealed class LineReader(Stream stream, string name, Action<string>? remark = null)
{
    /// <summary>
    /// The most bytes of a line, after decompression. No model reads a line of this length; a reader without a limit
    /// would hold a file without line ends in memory.
    /// </summary>
    public const int LongestLine = 1 << 20;

    private const byte LineFeed = (byte)'\n', CarriageReturn = (byte)'\r';

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private byte[] buffer = new byte[1 << 16];
    private int start, filled; // where the line begins that is being read, and where the bytes end that were read
    private bool isUnpacked, saidMark, saidReturn;

    /// <summary>
    /// Whether every character belongs to its line: no byte order mark but the first is left out, no carriage return
    /// ends a line, and NUL is a character. A file of merges may have such characters in its tokens.
    /// </summary>
    public bool IsExact { get; init; }

    /// <summary>The lines, each as soon as it has arrived.</summary>
    /// <exception cref="InputException">
    /// The enumeration throws it: a line is not UTF-8 text or too long, or reading fails.
    /// </exception>
    public IEnumerable<string> Lines()
    {
        while (Fill(1) && filled < GzipInput.MagicLength && buffer[0] == GzipInput.FirstByte)
        {
            // One byte may be the first of gzip data.
        }
        using var gzip = GzipInput.IsGzip(buffer.AsSpan(0, filled)) ? new GzipInput(buffer[..filled], stream) : null;
        if (gzip is not null) (stream, filled, isUnpacked) = (gzip, 0, true);
        byte ending = LineFeed;
        for (var number = 1; ;)
        {
            var length = LengthOfLine(ending, number);
            if (number == 1 && EndsInReturns(length))
            {
                remark?.Invoke($"{name}: the lines end in carriage returns alone (CR); each is read as a line");
                ending = CarriageReturn;
                length = LengthOfLine(ending, number);
            }
            if (length >= 0)
            {
                yield return Decode(buffer.AsSpan(start, length), number++, ending);
                start += length + 1;
                continue;
            }
            if (filled > start) yield return Decode(buffer.AsSpan(start, filled - start), number, ending);
            yield break;
        }
    }

    /// <summary>
    /// The bytes of the line before its end, which is then in the buffer; -1 if the input ends before the line does.
    /// </summary>
    private int LengthOfLine(byte ending, int number)
    {
        var searched = start;
        while (true)
        {
            var end = Array.IndexOf(buffer, ending, searched, filled - searched);
            if (end >= 0) return end - start;
            if (filled - start > LongestLine)
            {
                if (number == 1 && !IsExact && buffer.AsSpan(start, filled - start).Contains(CarriageReturn)) return -1;
                throw TooLong(number);
            }
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            (start, filled) = (0, filled - start);
            searched = filled;
            if (filled == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, LongestLine + 1));
            if (!Fill(number)) return -1;
        }
    }

    /// <summary>
    /// Whether the lines end in carriage returns alone: the input has returns, and no line feed within the bytes of the
    /// longest line.
    /// </summary>
    private bool EndsInReturns(int length) =>
        length < 0 && !IsExact && buffer.AsSpan(start, filled - start).Contains(CarriageReturn);

    private InputException TooLong(int number)
    {
        var line = buffer.AsSpan(start, filled - start);
        Refuse(line, number);
        return new InputException(
            $"{name}:{number}: the line has more than 1 MiB, the most that a line may have; write one "
            + "sentence a line, or take the line out (of both files, if lines belong together)");
    }

    private void Refuse(ReadOnlySpan<byte> line, int number)
    {
        if (number == 1) ForeignData.RefuseFormat(line, name, isUnpacked);
        if (!IsExact) ForeignData.RefuseNul(line, name, number);
    }

    private bool Fill(int number)
    {
        try
        {
            var count = stream.Read(buffer.AsSpan(filled));
            filled += count;
            return count > 0;
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

    private string Decode(ReadOnlySpan<byte> line, int number, byte ending)
    {
        Refuse(line, number);
        line = WithoutMarks(line, number);
        if (ending == LineFeed && line.EndsWith("\r"u8)) line = line[..^1];
        CheckEnds(line, number, ending);
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

    /// <summary>
    /// The line without the byte order marks at its beginning. Only the first of a file is one by the rules; programs
    /// that join files leave others.
    /// </summary>
    private ReadOnlySpan<byte> WithoutMarks(ReadOnlySpan<byte> line, int number)
    {
        var mark = Encoding.UTF8.Preamble;
        if (number == 1 && line.StartsWith(mark)) line = line[mark.Length..];
        while (!IsExact && line.StartsWith(mark))
        {
            line = line[mark.Length..];
            if (!saidMark)
                remark?.Invoke($"{name}:{number}: a byte order mark (U+FEFF) begins the line, as in files that were "
                    + "joined; marks at the beginning of lines are left out");
            saidMark = true;
        }
        return line;
    }

    private void CheckEnds(ReadOnlySpan<byte> line, int number, byte ending)
    {
        if (ending == CarriageReturn && line.Contains(LineFeed))
        {
            throw new InputException(
                $"{name}:{number}: the line ends in a line feed (LF), but lines before it in carriage returns alone "
                + "(CR); end all lines in LF");
        }
        if (IsExact || saidReturn || remark is null || !line.Contains(CarriageReturn)) return;
        saidReturn = true;
        remark($"{name}:{number}: a carriage return (CR) stands within the line and stays part of it, here and in "
            + "other lines; the lines end at line feeds (LF)");
    }
}
