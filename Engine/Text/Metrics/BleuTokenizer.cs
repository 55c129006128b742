using System.Globalization;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// The ways in which sacreBLEU (Post 2018, arXiv 1804.08771) cuts a line into the tokens that BLEU counts.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>13a</c>, the default: as NIST's mteval-v13a; cuts ASCII punctuation off words, save within
/// numbers.</item>
/// <item><c>none</c>: at white space, for text that is tokenised already.</item>
/// <item><c>zh</c>: every Chinese character is a token; what is between them as in 13a.</item>
/// <item><c>char</c>: every character is a token.</item>
/// <item><c>intl</c>: as NIST's mteval-v14 with international tokenization; cuts off all of Unicode's punctuation and
/// symbols.</item>
/// </list>
/// A tokenizer keeps buffers, and so serves one thread.
/// </remarks>
internal sealed class BleuTokenizer
{
    private const int Space = ' ';

    private readonly Action<ReadOnlySpan<char>> cut;
    private List<int> text = [], next = [];

    /// <summary>The tokenizer called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">No tokenizer has this name; the message lists those that exist.</exception>
    public BleuTokenizer(string name) => cut = name switch
    {
        "13a" => Cut13A,
        "none" => line => PythonText.CodePoints(line, text),
        "zh" => CutChinese,
        "char" => CutCharacters,
        "intl" => CutInternational,
        _ => throw new InputException(
            $"unknown tokenizer '{name}' of scores; choose one of {string.Join(", ", Names)}"),
    };

    /// <summary>The names of those that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = ["13a", "none", "zh", "char", "intl"];

    /// <summary>A line's code points, with white space between tokens; valid until the next call.</summary>
    public List<int> Spaced(ReadOnlySpan<char> line)
    {
        cut(PythonText.TrimEnd(line));
        return text;
    }

    private void Cut13A(ReadOnlySpan<char> line)
    {
        var plain = line.ToString().Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal);
        if (plain.Contains('&', StringComparison.Ordinal))
        {
            // In this order: "&amp;lt;" ends as "<".
            plain = plain.Replace("&quot;", "\"", StringComparison.Ordinal)
                .Replace("&amp;", "&", StringComparison.Ordinal)
                .Replace("&lt;", "<", StringComparison.Ordinal)
                .Replace("&gt;", ">", StringComparison.Ordinal);
        }
        PythonText.CodePoints($" {plain} ", text); // so that punctuation at either end has a neighbour
        SeparateWestern();
    }

    private void CutChinese(ReadOnlySpan<char> line)
    {
        while (line.Length > 0 && PythonText.IsSpace(line[0])) line = line[1..];
        PythonText.CodePoints(line, text);
        Surround(IsChinese);
        SeparateWestern();
    }

    private void CutCharacters(ReadOnlySpan<char> line)
    {
        PythonText.CodePoints(line, text);
        Surround(_ => true);
    }

    private void CutInternational(ReadOnlySpan<char> line)
    {
        PythonText.CodePoints(line, text);
        Separate(codePoint => !IsNumber(codePoint), IsPunctuation, before: false);
        Separate(IsPunctuation, codePoint => !IsNumber(codePoint), before: true);
        Surround(IsSymbol);
    }

    /// <summary>As mteval: signs always, full stops and commas unless between digits, dashes after digits.</summary>
    private void SeparateWestern()
    {
        Surround(IsSign);
        Separate(codePoint => !IsDigit(codePoint), IsStopOrComma, before: false);
        Separate(IsStopOrComma, codePoint => !IsDigit(codePoint), before: true);
        Separate(IsDigit, codePoint => codePoint == '-', before: false);
    }

    /// <summary>A space on either side of some characters.</summary>
    private void Surround(Func<int, bool> isOne)
    {
        next.Clear();
        foreach (var codePoint in text)
        {
            if (isOne(codePoint)) next.AddRange([Space, codePoint, Space]);
            else next.Add(codePoint);
        }
        (text, next) = (next, text);
    }

    /// <summary>
    /// A space between two neighbours, and another before or after both. As a regular expression does, it looks for
    /// the next pair behind the last one, so that of three signs in a row the third may stay where it is.
    /// </summary>
    private void Separate(Func<int, bool> isFirst, Func<int, bool> isSecond, bool before)
    {
        next.Clear();
        for (var i = 0; i < text.Count; i++)
        {
            if (i + 1 == text.Count || !isFirst(text[i]) || !isSecond(text[i + 1]))
            {
                next.Add(text[i]);
                continue;
            }
            if (before) next.Add(Space);
            next.AddRange([text[i], Space, text[i + 1]]);
            if (!before) next.Add(Space);
            i++;
        }
        (text, next) = (next, text);
    }

    private static bool IsDigit(int codePoint) => codePoint is >= '0' and <= '9';

    private static bool IsStopOrComma(int codePoint) => codePoint is '.' or ',';

    // ASCII's punctuation and space, without the apostrophe, comma, dash and full stop.
    private static bool IsSign(int codePoint) => codePoint is (>= ' ' and <= '&') or (>= '(' and <= '+') or '/'
        or (>= ':' and <= '@') or (>= '[' and <= '`') or (>= '{' and <= '~');

    private static bool IsPunctuation(int codePoint) => Category(codePoint)
        is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsSymbol(int codePoint) => Category(codePoint)
        is >= UnicodeCategory.MathSymbol and <= UnicodeCategory.OtherSymbol;

    private static bool IsNumber(int codePoint) => Category(codePoint)
        is >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber;

    private static UnicodeCategory Category(int codePoint) => CharUnicodeInfo.GetUnicodeCategory(codePoint);

    /// <remarks>
    /// sacreBLEU means to include two ranges above U+FFFF, but writes them as four hexadecimal digits and a letter:
    /// what it compares with are U+2001 to U+2A6D and U+2F81 to U+2FA1. Its scores are what everybody reports.
    /// </remarks>
    private static bool IsChinese(int codePoint) => codePoint is
        (>= 0x2001 and <= 0x2A6D) // general punctuation, arrows, mathematics: see above
        or (>= 0x2E80 and <= 0x2FDF) or (>= 0x2FF0 and <= 0x303F) // radicals, punctuation
        or (>= 0x3100 and <= 0x312F) or (>= 0x31A0 and <= 0x31BF) or (>= 0x31C0 and <= 0x31EF) // phonetics, strokes
        or (>= 0x3200 and <= 0x33FF) or (>= 0x3400 and <= 0x4DB5) or (>= 0x4E00 and <= 0x9FBB)
        or (>= 0xF900 and <= 0xFA2D) or (>= 0xFA30 and <= 0xFA6A) or (>= 0xFA70 and <= 0xFAD9)
        or (>= 0xFE10 and <= 0xFE1F) or (>= 0xFE30 and <= 0xFE4F) or (>= 0xFF00 and <= 0xFFEF);
}
