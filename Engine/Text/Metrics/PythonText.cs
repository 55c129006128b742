using System.Buffers;
using System.Globalization;
using System.Text;

namespace Engine.Text;

/// <summary>
/// The rules of Python for text where .NET's rules differ. Scores computed by different programs are comparable only if
/// the programs treat text alike.
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
        var (before, after) = (at - 1, at + 1);
        while (before >= 0 && IsCaseIgnorable(text[before])) before--;
        while (after < text.Length && IsCaseIgnorable(text[after])) after++;
        return before >= 0 && HasCase(text[before]) && (after == text.Length || !HasCase(text[after]));
    }

    private static bool HasCase(char letter) => CharUnicodeInfo.GetUnicodeCategory(letter)
        is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;

    // Unicode's Case_Ignorable: marks, and the signs that stand within words.
    private static bool IsCaseIgnorable(char letter) =>
        letter is '\'' or '.' or ':' or '\u00B7' or '\u2018' or '\u2019' or '\u2024' or '\u2027'
        || CharUnicodeInfo.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
