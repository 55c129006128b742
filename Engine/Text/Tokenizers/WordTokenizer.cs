using System.Text;

namespace Engine.Text;

/// <summary>
/// Tokens are words and punctuation: splits a line at white space, splits punctuation off words, and makes every
/// Chinese or Japanese character a token.
/// </summary>
/// <remarks>
/// <para>
/// A token that was attached to its left neighbour begins with the joiner ￭, as in OpenNMT: "the river." becomes
/// "the", "river", "￭.". A token without it is preceded by a space, save that Chinese characters follow each other
/// directly; where a text does put a space between two of them, the second begins with ▁.
/// </para>
/// <para>
/// "don't", "well-known", "3.5" and "1,000" are one token each, and so is a run of one sign ("..."). A line that is
/// tokenized already keeps its tokens, since no punctuation is attached to its words.
/// </para>
/// <para>
/// Format characters, such as the zero width joiner, the zero width non-joiner and the soft hyphen, belong to the token
/// before them (Unicode Standard Annex 29, rule WB4), at the beginning of a word to the word. After a zero width
/// joiner, a sign continues the sign before it, as in the emoji of a family (rule WB3c).
/// </para>
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine.Text;
///
/// var tokenizer = new WordTokenizer();
/// var tokens = tokenizer.Tokenize("A cat, asleep.");
/// Console.WriteLine(tokens.Count);                                     // prints: 5
/// Console.WriteLine(tokenizer.Detokenize(tokens));                     // prints: A cat, asleep.
/// ]]></code>
/// </example>
public sealed class WordTokenizer : ITokenizer
{
    internal const char Joiner = '\uFFED';
    internal const char Spacer = '\u2581';
    private const char ZeroWidthSpace = '\u200B', ZeroWidthJoiner = '\u200D';

    private enum Kind
    {
        Space,
        Cjk,
        Word,
        Sign,
        Format,
    }

    /// <inheritdoc/>
    public string Name => "word";

    /// <inheritdoc/>
    public TokenUnit Unit => TokenUnit.Word;

    /// <inheritdoc/>
    public IReadOnlyList<string> Tokenize(string line)
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
                Kind.Cjk => EndOfFormat(line, start + length),
                Kind.Word or Kind.Format => EndOfWord(line, start),
                _ when !attached && TryClitic(line, start, out var clitic) => clitic,
                _ => EndOfRun(line, start, length),
            };
            var text = line[start..end];
            var joins = afterCjk && kind is Kind.Cjk; // what Detokenize does without a mark
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
    public string Detokenize(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var afterCjk = false;
        foreach (var token in tokens.Where(token => token.Length > 0))
        {
            var mark = MarkOf(token);
            var (attached, spaced) = (mark > 0 && token[0] == Joiner, mark > 0 && token[0] == Spacer);
            var content = token.AsSpan(mark);
            var isCjk = StartsWithCjk(content);
            if (text.Length > 0 && !attached && (spaced || !(afterCjk && isCjk)))
                text.Append(' ');
            text.Append(content);
            afterCjk = isCjk;
        }

        return text.ToString();
    }

    /// <summary>The length of the mark that a token begins with: 1, or 0 for none.</summary>
    /// <remarks>A mark alone is the sign itself, which a text may contain.</remarks>
    internal static int MarkOf(string token) =>
        token.Length > 1 && (token[0] == Joiner || (token[0] == Spacer && StartsWithCjk(token.AsSpan(1)))) ? 1 : 0;

    private static bool StartsWithCjk(ReadOnlySpan<char> content)
    {
        Rune.DecodeFromUtf16(content, out var rune, out _);
        return Cjk.Contains(rune);
    }

    /// <summary>
    /// The end of a run of letters and digits. The signs ' ’ - within a word belong to it, and . , within a number.
    /// </summary>
    private static int EndOfWord(string line, int start)
    {
        var end = start;
        while (true)
        {
            while (end < line.Length && KindAt(line, end, out var length) is Kind.Word or Kind.Format)
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
    /// "'s", "'re", "&amp;apos;s" and "&amp;quot;" standing alone, as in tokenized corpora, are one token each.
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
        if (line[start] is Joiner or Spacer)
            return start + length; // a run of marks would be taken for a mark and a token
        while (true)
        {
            var sign = line.AsSpan(start, length);
            var end = start + length;
            while (line.AsSpan(end).StartsWith(sign, StringComparison.Ordinal))
                end += length;
            end = EndOfFormat(line, end);
            var isJoined = line[end - 1] == ZeroWidthJoiner && end < line.Length
                && KindAt(line, end, out length) is Kind.Sign && line[end] is not (Joiner or Spacer);
            if (!isJoined)
                return end;
            start = end;
        }
    }

    private static int EndOfFormat(string line, int start)
    {
        var end = start;
        while (end < line.Length && KindAt(line, end, out var length) is Kind.Format)
            end += length;
        return end;
    }

    /// <remarks>
    /// Half a surrogate pair, which is not a character, counts as a sign, so that even a broken string comes back.
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
        if (IsFormat(rune))
            return Kind.Format;
        return IsWordPart(rune) ? Kind.Word : Kind.Sign;
    }

    /// <summary>Whether a character shows no sign, but says how the characters beside it are written.</summary>
    /// <remarks>The zero width space is not one of these by Annex 29, since it separates words.</remarks>
    internal static bool IsFormat(Rune rune) => rune.Value != ZeroWidthSpace
        && Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Format;

    internal static bool IsWordPart(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune)
        || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
            or System.Globalization.UnicodeCategory.SpacingCombiningMark
            or System.Globalization.UnicodeCategory.EnclosingMark;
}
