using System.Text;

namespace Engine.Cli;

/// <summary>Wraps text of both languages: English between words, Chinese between any two characters.</summary>
internal static class LabText
{
    // No line begins with one of these.
    private const string NotFirst =
        ",.;:?!)\uFF0C\u3002\uFF1B\uFF1A\u3001\uFF1F\uFF01\uFF09\u201D\u300B";

    // No line ends with one of these.
    private const string NotLast = "([\uFF08\u201C\u300A";

    /// <summary>The lines of a text; the second and later ones are indented.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The most columns of a line.</param>
    public static IEnumerable<string> Wrap(string text, int columns)
    {
        const string Indent = "  ";
        var line = new StringBuilder();
        var width = 0;
        foreach (var piece in Pieces(text))
        {
            var own = TextColumns.Of(piece);
            if (width + TextColumns.Of(piece.TrimEnd()) > columns && line.Length > Indent.Length
                && !NotFirst.Contains(piece[0], StringComparison.Ordinal))
            {
                yield return line.ToString().TrimEnd();
                line.Clear().Append(Indent);
                width = Indent.Length;
            }
            line.Append(piece);
            width += own;
        }
        yield return line.ToString().TrimEnd();
    }

    /// <summary>What is not broken: a wide character, or a word with the space after it.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var isWide = TextColumns.Of(rune.ToString()) == 2;
            var isOpen = word.Length > 0 && NotLast.Contains(word[^1], StringComparison.Ordinal);
            if (isWide && word.Length > 0 && !isOpen)
            {
                yield return word.ToString();
                word.Clear();
            }
            word.Append(rune.ToString());
            if (NotLast.Contains(word[^1], StringComparison.Ordinal) || (!isWide && rune.Value != ' ')) continue;
            yield return word.ToString();
            word.Clear();
        }
        if (word.Length > 0) yield return word.ToString();
    }
}
