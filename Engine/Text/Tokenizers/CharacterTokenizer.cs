using System.Text;

namespace Engine.Text;

/// <summary>One token a character (a Unicode scalar value); a space is the token ▁.</summary>
/// <remarks>A ▁ in the text itself becomes the token ▁▁, so that it comes back as itself.</remarks>
public sealed class CharacterTokenizer : ITokenizer
{
    private const string Space = "\u2581";
    private const string LiteralSpacer = "\u2581\u2581";

    /// <inheritdoc/>
    public string Name => "char";

    /// <inheritdoc/>
    public TokenUnit Unit => TokenUnit.Character;

    /// <inheritdoc/>
    public IReadOnlyList<string> Tokenize(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var tokens = new List<string>(line.Length);
        var spaceBefore = false;
        for (var start = 0; start < line.Length;)
        {
            // Half a surrogate pair is not a character, but is a token too, so that even a broken string comes back.
            var valid = Rune.TryGetRuneAt(line, start, out var rune);
            var length = valid ? rune.Utf16SequenceLength : 1;
            var isSpace = valid && Rune.IsWhiteSpace(rune);
            if (!isSpace)
            {
                if (spaceBefore && tokens.Count > 0)
                    tokens.Add(Space);
                var text = line.Substring(start, length);
                tokens.Add(text == Space ? LiteralSpacer : text);
            }

            spaceBefore = isSpace;
            start += length;
        }

        return tokens;
    }

    /// <inheritdoc/>
    public string Detokenize(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return string.Concat(tokens.Select(token => token switch
        {
            Space => " ",
            LiteralSpacer => Space,
            _ => token,
        }));
    }
}
