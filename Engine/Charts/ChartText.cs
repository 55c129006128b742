using System.Net;
using System.Text;

namespace Engine.Charts;

/// <summary>Measures, cuts, wraps and escapes the texts of charts.</summary>
internal static class ChartText
{
    /// <summary>How much wider bold letters are.</summary>
    public const double Bold = 1.1;

    // No line begins with one of these.
    private const string NotFirst = ",.;:?!)，。；：、？！）”》";

    // No line ends with one of these.
    private const string NotLast = "([（“《";

    /// <summary>About the width of a text in pixels, at the size of 12 pixels.</summary>
    public static double WidthOf(string text) => text.EnumerateRunes().Sum(WidthOf);

    /// <summary>The text if it is not wider than some pixels, else its beginning with dots.</summary>
    public static string Cut(string text, double most)
    {
        var kept = new StringBuilder();
        var width = 0.0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((width += WidthOf(rune)) > most) return kept.Append('…').ToString();
            kept.Append(rune.ToString());
        }
        return text;
    }

    /// <summary>The lines of a text: English breaks at spaces, Chinese between characters.</summary>
    public static IReadOnlyList<string> Wrap(string text, double most)
    {
        var lines = new List<string>();
        var line = "";
        var width = 0.0;
        foreach (var piece in Pieces(text))
        {
            var own = WidthOf(piece);
            var mayBegin = !NotFirst.Contains(piece[0], StringComparison.Ordinal);
            if (width + WidthOf(piece.TrimEnd()) > most && line.Length > 0 && mayBegin)
            {
                lines.Add(line.TrimEnd());
                (line, width) = ("", 0);
            }
            line += piece;
            width += own;
        }
        lines.Add(line.TrimEnd());
        return lines;
    }

    /// <summary>A text within markup; what XML does not allow is replaced.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(string.Concat(text.Select(letter =>
        char.IsControl(letter) || letter is '\uFFFE' or '\uFFFF' ? '\uFFFD' : letter)));

    /// <summary>What is not broken: a wide character, or a word with the space after it.</summary>
    private static IEnumerable<string> Pieces(string text)
    {
        var word = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            var isOpen = word.Length > 0 && NotLast.Contains(word[^1], StringComparison.Ordinal);
            if (IsWide(rune) && word.Length > 0 && !isOpen)
            {
                yield return word.ToString();
                word.Clear();
            }
            word.Append(rune.ToString());
            if (NotLast.Contains(word[^1], StringComparison.Ordinal) || (!IsWide(rune) && rune.Value != ' ')) continue;
            yield return word.ToString();
            word.Clear();
        }
        if (word.Length > 0) yield return word.ToString();
    }

    private static double WidthOf(Rune rune) => IsWide(rune) ? 12.5 : 6.7;

    // Letters of Chinese, Japanese and Korean, and pictures, are as wide as high; signs of mathematics are not.
    private static bool IsWide(Rune rune) => rune.Value is (>= 0x1100 and < 0x2000) or >= 0x2E80;
}
