using System.Text;

namespace Engine.Text;

/// <summary>
/// Words and punctuation: cuts at white space, cuts punctuation off words, and makes every Chinese or Japanese
/// character a token.
/// </summary>
/// <remarks>
/// <para>
/// A token that was attached to its left neighbour begins with the joiner ￭, as in OpenNMT: "the river." becomes
/// "the", "river", "￭.". A token without it is preceded by a space, save that Chinese characters follow each other
/// directly; where a text does put a space between two of them, the second begins with ▁.
/// </para>
/// <para>
/// "don't", "well-known", "3.5" and "1,000" are one token each, and so is a run of one sign ("..."). A line that is
/// tokenised already splits into what its spaces separate, for it has no punctuation left attached to words.
/// </para>
/// </remarks>
public sealed class WordTokenizer : ITokenizer
{
    internal const char Joiner = '\uFFED';
    internal const char Spacer = '\u2581';

    private enum Kind
    {
        Space,
        Cjk,
        Word,
        Sign,
    }

    /// <inheritdoc/>
    public string Name => "word";

    /// <inheritdoc/>
    public IReadOnlyList<string> Split(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var tokens = new List<string>();
        var attached = false;
        var afterCjk = false;
        for (var start = 0; start < line.Length;)
        {
            var kind = KindAt(line, start, out var length);
            if (kind is Kind.Space)
            {
                attached = false;
                start += length;
                continue;
            }

            var end = kind switch
            {
                Kind.Cjk => start + length,
                Kind.Word => EndOfWord(line, start),
                _ when !attached && TryClitic(line, start, out var clitic) => clitic,
                _ => EndOfRun(line, start, length),
            };
            var text = line[start..end];
            var joins = afterCjk && kind is Kind.Cjk; // what Join does unless told otherwise
            tokens.Add(
                tokens.Count == 0 || attached == joins ? text
                : attached ? Joiner + text
                : Spacer + text);
            attached = true;
            afterCjk = kind is Kind.Cjk;
            start = end;
        }

        return tokens;
    }

    /// <inheritdoc/>
    public string Join(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var afterCjk = false;
        foreach (var token in tokens.Where(token => token.Length > 0))
        {
            // A lone mark is the sign itself, which a text may contain like any other.
            var attached = token.Length > 1 && token[0] == Joiner;
            var spaced = token.Length > 1 && token[0] == Spacer && StartsWithCjk(token.AsSpan(1));
            var content = token.AsSpan(attached || spaced ? 1 : 0);
            var isCjk = StartsWithCjk(content);
            if (text.Length > 0 && !attached && (spaced || !(afterCjk && isCjk)))
                text.Append(' ');
            text.Append(content);
            afterCjk = isCjk;
        }

        return text.ToString();
    }

    private static bool StartsWithCjk(ReadOnlySpan<char> content)
    {
        Rune.DecodeFromUtf16(content, out var rune, out _);
        return Cjk.Contains(rune);
    }

    /// <summary>
    /// A run of letters and digits, with what holds words and numbers together: ' ’ - and, in numbers, . ,
    /// </summary>
    private static int EndOfWord(string line, int start)
    {
        var end = start;
        while (true)
        {
            while (end < line.Length && KindAt(line, end, out var length) is Kind.Word)
                end += length;
            if (end + 1 >= line.Length || KindAt(line, end + 1, out _) is not Kind.Word)
                return end;
            var holds = line[end] is '\'' or '’' or '-'
                || (line[end] is '.' or ',' && char.IsAsciiDigit(line[end - 1]) && char.IsAsciiDigit(line[end + 1]));
            if (!holds)
                return end;
            end++;
        }
    }

    /// <summary>
    /// "'s", "'re", "&amp;apos;s" and "&amp;quot;" standing alone, as tokenised corpora have them, are one token each.
    /// </summary>
    private static bool TryClitic(string line, int start, out int end)
    {
        end = EndOfLetters(line, start + 1);
        var fits = line[start] is '\'' or '’' && end - start is 2 or 3;
        if (line[start] == '&' && end > start + 1 && end < line.Length && line[end] == ';')
        {
            end = EndOfLetters(line, end + 1);
            fits = true;
        }

        return fits && (end == line.Length || char.IsWhiteSpace(line[end]));
    }

    private static int EndOfLetters(string line, int start)
    {
        while (start < line.Length && char.IsAsciiLetter(line[start]))
            start++;
        return start;
    }

    private static int EndOfRun(string line, int start, int length)
    {
        var sign = line.AsSpan(start, length);
        var end = start + length;
        if (sign[0] is Joiner or Spacer)
            return end; // a mark within a token would not tell where it ends
        while (line.AsSpan(end).StartsWith(sign, StringComparison.Ordinal))
            end += length;
        return end;
    }

    /// <remarks>
    /// Half a surrogate pair, which is no character, passes as a sign, so that even a broken string survives.
    /// </remarks>
    private static Kind KindAt(string line, int position, out int length)
    {
        var valid = Rune.TryGetRuneAt(line, position, out var rune);
        length = valid ? rune.Utf16SequenceLength : 1;
        if (!valid)
            return Kind.Sign;
        if (Rune.IsWhiteSpace(rune))
            return Kind.Space;
        if (Cjk.Contains(rune))
            return Kind.Cjk;
        return IsWordPart(rune) ? Kind.Word : Kind.Sign;
    }

    internal static bool IsWordPart(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune)
        || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark
            or System.Globalization.UnicodeCategory.EnclosingMark;
}
