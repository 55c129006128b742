using System.Text;

namespace Engine.Text;

/// <summary>The characters of Chinese and Japanese, which put no spaces between words.</summary>
internal static class Cjk
{
    /// <summary>Whether one of these characters is punctuation or a symbol, not part of a word.</summary>
    public static bool IsSign(Rune rune) => !Rune.IsLetterOrDigit(rune) && !Rune.IsNumber(rune);

    /// <summary>Whether a character is an ideograph, a kana, or a sign or full-width form used with them.</summary>
    /// <remarks>Korean is absent: it separates words by spaces.</remarks>
    public static bool Contains(Rune rune) => rune.Value switch
    {
        < 0x2E80 => false,
        0x3000 => false, // the ideographic space is white space
        <= 0x312F => true, // radicals, punctuation, kana, bopomofo
        >= 0x31A0 and <= 0x4DBF => true, // bopomofo, strokes, enclosed forms, extension A
        >= 0x4E00 and <= 0x9FFF => true,
        >= 0xF900 and <= 0xFAFF => true,
        >= 0xFE30 and <= 0xFE4F => true,
        >= 0xFF01 and <= 0xFF60 => true, // full-width forms
        >= 0x20000 and <= 0x3FFFF => true,
        _ => false,
    };
}
