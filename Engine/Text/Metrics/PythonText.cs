using System.Buffers;
using System.Globalization;
using System.Text;

namespace Engine.Text;

/// <summary>
/// The rules of Python for text where .NET's rules differ. Scores computed by different programs are comparable only if
/// the programs treat text alike, and a model trained on lower-cased text wants the same letters as its references.
/// </summary>
internal static class PythonText
{
    private const char CapitalSigma = '\u03A3', FinalSigma = '\u03C2', CapitalDottedI = '\u0130';

    private static readonly SearchValues<char> Special = SearchValues.Create([CapitalSigma, CapitalDottedI]);

    /// <summary>
    /// Whether <c>str.split</c> splits at a code point. Unlike in .NET, the information separators are white space.
    /// </summary>
    public static bool IsSpace(int codePoint) =>
        codePoint is >= 0x1C and <= 0x1F || (codePoint <= char.MaxValue && char.IsWhiteSpace((char)codePoint));

    /// <summary>The text without the white space at its end.</summary>
    public static ReadOnlySpan<char> TrimEnd(ReadOnlySpan<char> text)
    {
        while (text.Length > 0 && IsSpace(text[^1])) text = text[..^1];
        return text;
    }

    /// <summary>The code points of a text, which are the characters of Python.</summary>
    public static void CodePoints(ReadOnlySpan<char> text, List<int> result)
    {
        result.Clear();
        foreach (var rune in text.EnumerateRunes()) result.Add(rune.Value);
    }

    /// <summary>
    /// <c>str.lower</c>: letter by letter, with two exceptions of Unicode. A sigma at the end of a word has a form of
    /// its own, and the dotted capital I becomes two characters.
    /// </summary>
    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.AsSpan().ContainsAny(Special)) return lower;
        var result = new StringBuilder(text.Length + 1);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == CapitalDottedI) result.Append("i\u0307");
            else if (text[i] == CapitalSigma && EndsWord(text, i)) result.Append(FinalSigma);
            else result.Append(lower[i]);
        }
        return result.ToString();
    }

    /// <summary>
    /// A number with the given number of decimals. A tie is rounded to the even digit: 56.25 becomes 56.2, where .NET
    /// writes 56.3.
    /// </summary>
    public static string Fixed(double number, int decimals)
    {
        // A binary fraction half-way between two decimal numbers is an odd multiple of 2^-(decimals + 1).
        var halves = number * (1 << (decimals + 1));
        var isTie = double.IsOddInteger(halves);
        return (isTie ? Math.Round(number, decimals, MidpointRounding.ToEven) : number)
            .ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Unicode's Final_Sigma: a letter precedes and no letter follows; case-ignorable characters between do not count.
    /// </summary>
    private static bool EndsWord(string text, int at)
    {
        var before = text.AsSpan(0, at);
        Rune rune;
        int length;
        while (Rune.DecodeLastFromUtf16(before, out rune, out length) == OperationStatus.Done && IsCaseIgnorable(rune))
            before = before[..^length];
        if (before.IsEmpty || !HasCase(rune)) return false;
        var after = text.AsSpan(at + 1);
        while (Rune.DecodeFromUtf16(after, out rune, out length) == OperationStatus.Done && IsCaseIgnorable(rune))
            after = after[length..];
        return after.IsEmpty || !HasCase(rune);
    }

    // Unicode's Cased: the letters of two cases, and the ordinals, Roman numerals and letters in circles and squares.
    private static bool HasCase(Rune rune) => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xAA or 0xBA or (>= 0x2160 and <= 0x217F) or (>= 0x24B6 and <= 0x24E9)
            or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    // Unicode's Case_Ignorable: marks, and the signs that stand within words.
    private static bool IsCaseIgnorable(Rune rune) =>
        rune.Value is '\'' or '.' or ':' or 0xB7 or 0x387 or 0x55F or 0x5F4 or 0x2018 or 0x2019 or 0x2024 or 0x2027
            or 0xFE13 or 0xFE52 or 0xFE55 or 0xFF07 or 0xFF0E or 0xFF1A
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
