using System.Globalization;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// The tokenizers of sacreBLEU (Post 2018, arXiv 1804.08771), which split a line into the tokens that BLEU counts.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>13a</c>, the default, is that of NIST's mteval-v13a: it separates ASCII punctuation from words, except
/// within numbers.</item>
/// <item><c>none</c> splits at white space, for text that is tokenized already.</item>
/// <item><c>zh</c> makes every Chinese character a token, and tokenizes the text between them as 13a does.</item>
/// <item><c>char</c> makes every character a token.</item>
/// <item><c>intl</c> is that of NIST's mteval-v14 with international tokenization: it separates all of Unicode's
/// punctuation and symbols.</item>
/// </list>
/// A tokenizer reuses its buffers, so only one thread at a time may call it.
/// </remarks>
internal sealed class BleuTokenizer
{
    private const int Space = ' ';

    private readonly Action<ReadOnlySpan<char>> tokenize;
    private List<int> text = [], next = [];

    /// <summary>The tokenizer called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">The name is unknown; the message lists the known names.</exception>
    public BleuTokenizer(string name) => tokenize = name switch
    {
        "13a" => Tokenize13A,
        "none" => line => PythonText.CodePoints(line, text),
        "zh" => TokenizeChinese,
        "char" => TokenizeCharacters,
        "intl" => TokenizeInternational,
        _ => throw new InputException(
            $"unknown tokenizer {FileProblem.Quote(name)} for scores; choose one of {string.Join(", ", Names)}"),
    };

    /// <summary>The names of all tokenizers.</summary>
    public static IReadOnlyList<string> Names { get; } = ["13a", "none", "zh", "char", "intl"];

    /// <summary>
    /// Returns the code points of a line with white space between its tokens. The list is valid until the next call.
    /// </summary>
    public List<int> Tokenize(ReadOnlySpan<char> line)
    {
        tokenize(PythonText.TrimEnd(line));
        return text;
    }

    private void Tokenize13A(ReadOnlySpan<char> line)
    {
        var plain = line.ToString().Replace("<skipped>", "", StringComparison.Ordinal)
            .Replace("-\n", "", StringComparison.Ordinal);
        if (plain.Contains('&', StringComparison.Ordinal))
        {
            // sacreBLEU replaces the entities in this order, so "&amp;lt;" becomes "<".
            plain = plain.Replace("&quot;", "\"", StringComparison.Ordinal)
                .Replace("&amp;", "&", StringComparison.Ordinal)
                .Replace("&lt;", "<", StringComparison.Ordinal)
                .Replace("&gt;", ">", StringComparison.Ordinal);
        }
        PythonText.CodePoints($" {plain} ", text); // the spaces are neighbours for punctuation at either end
        SeparateWestern();
    }

    private void TokenizeChinese(ReadOnlySpan<char> line)
    {
        while (line.Length > 0 && PythonText.IsSpace(line[0])) line = line[1..];
        PythonText.CodePoints(line, text);
        Surround(IsChinese);
        SeparateWestern();
    }

    private void TokenizeCharacters(ReadOnlySpan<char> line)
    {
        PythonText.CodePoints(line, text);
        Surround(_ => true);
    }

    private void TokenizeInternational(ReadOnlySpan<char> line)
    {
        PythonText.CodePoints(line, text);
        Separate(codePoint => !IsNumber(codePoint), IsPunctuation, before: false);
        Separate(IsPunctuation, codePoint => !IsNumber(codePoint), before: true);
        Surround(IsSymbol);
    }

    /// <summary>
    /// Separates as mteval does: all signs, full stops and commas that are not between digits, and dashes after digits.
    /// </summary>
    private void SeparateWestern()
    {
        Surround(IsSign);
        Separate(codePoint => !IsDigit(codePoint), IsStopOrComma, before: false);
        Separate(IsStopOrComma, codePoint => !IsDigit(codePoint), before: true);
        Separate(IsDigit, codePoint => codePoint == '-', before: false);
    }

    /// <summary>Puts a space before and after each code point that the condition accepts.</summary>
    private void Surround(Func<int, bool> condition)
    {
        next.Clear();
        foreach (var codePoint in text)
        {
            if (condition(codePoint)) next.AddRange([Space, codePoint, Space]);
            else next.Add(codePoint);
        }
        (text, next) = (next, text);
    }

    /// <summary>
    /// Puts a space between the two code points of each pair that the conditions accept, and another space before or
    /// after the pair. Pairs do not overlap, as in a regular expression: after a pair, the search continues behind its
    /// second code point, and the third of three signs may stay as it is.
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

    // The punctuation and the space of ASCII, without apostrophe, comma, dash and full stop.
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
    /// sacreBLEU wants to include two ranges above U+FFFF, but writes their bounds as four hexadecimal digits and a
    /// letter. In fact it includes U+2001 to U+2A6D and U+2F81 to U+2FA1. This method repeats the error, because
    /// published scores contain it.
    /// </remarks>
    private static bool IsChinese(int codePoint) => codePoint is
        (>= 0x2001 and <= 0x2A6D) // general punctuation, arrows, mathematics: see the remarks
        or (>= 0x2E80 and <= 0x2FDF) or (>= 0x2FF0 and <= 0x303F) // radicals, punctuation
        or (>= 0x3100 and <= 0x312F) or (>= 0x31A0 and <= 0x31BF) or (>= 0x31C0 and <= 0x31EF) // phonetics, strokes
        or (>= 0x3200 and <= 0x33FF) or (>= 0x3400 and <= 0x4DB5) or (>= 0x4E00 and <= 0x9FBB)
        or (>= 0xF900 and <= 0xFA2D) or (>= 0xFA30 and <= 0xFA6A) or (>= 0xFA70 and <= 0xFAD9)
        or (>= 0xFE10 and <= 0xFE1F) or (>= 0xFE30 and <= 0xFE4F) or (>= 0xFF00 and <= 0xFFEF);
}
