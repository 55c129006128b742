using System.Globalization;
using System.Text;

namespace Engine.Cli;

/// <summary>The columns that a text takes on a terminal.</summary>
internal static class TextColumns
{
    private const string Dots = "...";

    /// <summary>The text if it fits, else its beginning with dots after it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The most columns.</param>
    public static string Cut(string text, int columns)
    {
        var (taken, end, room) = (0, 0, columns - Dots.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            taken += Of(rune);
            if (taken <= room) end += rune.Utf16SequenceLength;
            if (taken > columns) return text[..end] + Dots;
        }
        return text;
    }

    /// <summary>The columns of a text.</summary>
    public static int Of(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes()) columns += Of(rune);
        return columns;
    }

    /// <summary>The text with spaces after it, so that it takes at least some columns.</summary>
    public static string PadRight(string text, int columns) => text + Spaces(columns - Of(text));

    /// <summary>The text with spaces before it, so that it takes at least some columns.</summary>
    public static string PadLeft(string text, int columns) => Spaces(columns - Of(text)) + text;

    private static string Spaces(int count) => new(' ', Math.Max(count, 0));

    /// <summary>
    /// The columns of a character: two for Chinese, Japanese and Korean characters and for emoji (Unicode Standard
    /// Annex 11), none for marks and format characters.
    /// </summary>
    private static int Of(Rune rune) => rune.Value switch
    {
        < 0x300 => 1,
        (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60)
            or (>= 0xFFE0 and <= 0xFFE6) or (>= 0x1F300 and <= 0x1F64F) or (>= 0x1F680 and <= 0x1F6FF)
            or (>= 0x1F900 and <= 0x1F9FF) or (>= 0x20000 and <= 0x3FFFF) => 2,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format ? 0 : 1,
    };
}
