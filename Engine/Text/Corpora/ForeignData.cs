using System.Text.Unicode;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Recognizes data that are not UTF-8 text by their first bytes or by their NUL bytes, and says how to make text of
/// them.
/// </summary>
internal static class ForeignData
{
    private const string Decompress = "decompress it first", Extract = "extract the text first";

    // A tar archive names its format behind the name, the mode, the owner, the size and the time of its first file.
    private const int TarMagicAt = 257;

    private static readonly (byte[] Magic, string Kind, string Remedy)[] Formats =
    [
        ([0x1F, 0x8B], "gzip data", $"{Decompress}: gzip -dc FILE > TEXT"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard data", $"{Decompress}: zstd -dc FILE > TEXT"),
        ([0xFD, .. "7zXZ"u8, 0], "xz data", $"{Decompress}: xz -dc FILE > TEXT"),
        ([.. "BZh"u8], "bzip2 data", $"{Decompress}: bzip2 -dc FILE > TEXT"),
        ([0x04, 0x22, 0x4D, 0x18], "LZ4 data", $"{Decompress}: lz4 -dc FILE > TEXT"),
        ([.. "LZIP"u8, 1], "lzip data", $"{Decompress}: lzip -dc FILE > TEXT"),
        ([0x1F, 0x9D], "data of compress", $"{Decompress}: gzip -dc FILE > TEXT"),
        ([.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", $"{Extract}: 7z x -so FILE > TEXT"),
        ([.. "Rar!"u8, 0x1A, 0x07], "a RAR archive", $"{Extract}: unrar p -inul FILE > TEXT"),
        ([.. "PK"u8, 3, 4], "a ZIP archive", $"{Extract}: unzip -p FILE > TEXT"),
        ([.. "%PDF-"u8], "a PDF document", $"{Extract}: pdftotext FILE TEXT"),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an Office document", "save it as plain text in UTF-8"),
        ([.. "PAR1"u8, 0x15], "a Parquet table", "write one of its columns as text, one sentence a line"),
        ([.. "ARROW1"u8, 0, 0], "an Arrow table", "write one of its columns as text, one sentence a line"),
        ([.. "SQLite format 3"u8, 0], "an SQLite database", "write one of its columns as text, one sentence a line"),
        ([0x00, 0x00, 0xFE, 0xFF], "UTF-32 text", Iconv("UTF-32")),
        ([0xFF, 0xFE, 0x00, 0x00], "UTF-32 text", Iconv("UTF-32")),
        ([0xFE, 0xFF], "UTF-16 text", Iconv("UTF-16")),
        ([0xFF, 0xFE], "UTF-16 text", Iconv("UTF-16")),
    ];

    /// <summary>Refuses a text whose first line begins as another format does.</summary>
    /// <param name="line">The bytes of the first line.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="isUnpacked">Whether the line was decompressed from gzip data.</param>
    /// <exception cref="InputException">The line is of another format; the message names it.</exception>
    public static void RefuseFormat(ReadOnlySpan<byte> line, string name, bool isUnpacked)
    {
        foreach (var (magic, kind, remedy) in Formats)
        {
            if (line.StartsWith(magic) && (kind != "bzip2 data" || IsBlockOfBzip2(line[magic.Length..])))
                Refuse(name, isUnpacked, IsDocument(line) ? "an Office document" : kind,
                    IsDocument(line) ? "save it as plain text in UTF-8" : remedy);
        }
        if (line.Length > TarMagicAt && line[TarMagicAt..].StartsWith("ustar"u8))
            Refuse(name, isUnpacked, "a tar archive", $"{Extract}: tar -xOf FILE > TEXT");
    }

    /// <summary>Refuses a line with a NUL byte, which no text holds.</summary>
    /// <param name="line">The bytes of the line.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="number">The number of the line.</param>
    /// <exception cref="InputException">The line has a NUL byte; the message says what the text may be.</exception>
    public static void RefuseNul(ReadOnlySpan<byte> line, string name, int number)
    {
        var first = line.IndexOf((byte)0);
        if (first < 0) return;
        var place = $"{name}:{number}: holds a NUL character at byte {first + 1} of the line";
        throw new InputException(
            EncodingOf(line, number) is { } encoding
                ? $"{name}:{number}: looks like {encoding} text without a byte order mark; {Iconv(encoding)}"
            : !line.ContainsAnyExcept((byte)0)
                ? $"{name}:{number}: holds NUL characters alone, as a device, a sparse file and a damaged file do, and "
                  + "must be plain text in UTF-8; check where it comes from, or name another file"
            // Letters of other scripts than Latin have no NUL bytes in UTF-16, and hardly ever are valid UTF-8.
            : !Utf8.IsValid(line)
                ? $"{place}, as binary data and UTF-16 text do; if it is text, {Iconv("UTF-16")}"
                : $"{place}, as binary data and damaged files do, but must be plain text in UTF-8; check where it "
                  + "comes from, or take the NUL characters out: tr -d '\\0' < FILE > TEXT");
    }

    /// <summary>The encoding whose letters have NUL bytes at these places of the line; null if there is none.</summary>
    private static string? EncodingOf(ReadOnlySpan<byte> line, int number)
    {
        // The line feed of UTF-16LE and UTF-32LE ends in NUL bytes, with which the next line begins.
        var shift = number > 1 && line[0] == 0 ? line.StartsWith((ReadOnlySpan<byte>)[0, 0, 0]) ? 3 : 1 : 0;
        var nuls = new int[4]; // by the place in four bytes
        for (var i = shift; i < line.Length; i++)
        {
            if (line[i] == 0) nuls[(i - shift) % 4]++;
        }
        var (even, odd) = (nuls[0] + nuls[2], nuls[1] + nuls[3]);
        var half = (line.Length - shift) / 2;
        return nuls[0] == 0 && nuls[2] > 0 && nuls[3] > 0 && odd + even > half ? "UTF-32LE"
            : nuls[3] == 0 && nuls[0] > 0 && nuls[1] > 0 && odd + even > half ? "UTF-32BE"
            : even == 0 && odd > 1 && odd * 4 >= half ? "UTF-16LE"
            : odd == 0 && even > 1 && even * 4 >= half ? "UTF-16BE"
            : null;
    }

    private static void Refuse(string name, bool isUnpacked, string kind, string remedy) =>
        throw new InputException(
            $"{name}: {(isUnpacked ? "the gzip data hold " : "holds ")}{kind}, but must be plain text in UTF-8, which "
            + $"may be compressed once, by gzip; {remedy}");

    private static string Iconv(string encoding) => $"convert it: iconv -f {encoding} -t UTF-8 FILE > TEXT";

    // "BZh" might begin a text; a level and the magic number of a block, or of the end, follow it in bzip2 data.
    private static bool IsBlockOfBzip2(ReadOnlySpan<byte> rest) =>
        rest is [>= (byte)'1' and <= (byte)'9', 0x31, 0x41, ..] or [>= (byte)'1' and <= (byte)'9', 0x17, 0x72, ..];

    // The first file of docx, xlsx and pptx, and of odt.
    private static bool IsDocument(ReadOnlySpan<byte> line) => line.StartsWith("PK"u8)
        && (line.IndexOf("[Content_Types].xml"u8) is >= 0 and < 64 || line.IndexOf("mimetype"u8) is >= 0 and < 64);
}
