using System.Buffers;
using System.Text;

namespace Engine.Text;

/// <summary>
/// Makes any text one line of valid UTF-16. A model can spell any character byte by byte, line ends and halves of
/// surrogate pairs included, but each line of input has exactly one line of output.
/// </summary>
internal static class LineText
{
    // The characters at which Python's str.splitlines ends a line. Programs differ in which of them they take for a
    // line end, so that none of them may stand within a line of output.
    private static readonly SearchValues<char> LineEnds =
        SearchValues.Create("\n\v\f\r\u001C\u001D\u001E\u0085\u2028\u2029");

    /// <summary>
    /// The text, in which each character that ends a line is a space, and each half of a surrogate pair without its
    /// other half is U+FFFD.
    /// </summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAny(LineEnds) && !text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) // U+FFFD for half a pair
            line.Append(rune.IsBmp && LineEnds.Contains((char)rune.Value) ? Space : rune);
        return line.ToString();
    }

    private static Rune Space { get; } = new(' ');
}
