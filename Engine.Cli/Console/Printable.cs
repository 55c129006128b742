using System.Globalization;
using System.Text;

namespace Engine.Cli;

/// <summary>Formats values for a line of text.</summary>
internal static class Printable
{
    private const int LongestMessage = 3000;

    /// <summary>
    /// A text fit for a terminal and for one line of a message, since a corpus, a model or a file's name must not
    /// control the terminal or hide text. Control characters, line and paragraph separators, and invisible formatting
    /// are shown escaped, as in JSON: an escape character is <c>\u001B</c>.
    /// </summary>
    /// <remarks>
    /// Formatting that Persian, Hebrew, Indian languages and emoji are written with stays: joiners, marks of direction,
    /// soft hyphens, signs that enclose digits, and the tags of a flag.
    /// </remarks>
    public static string Of(string text)
    {
        var isFlag = false;
        StringBuilder? shown = null;
        var length = 0; // of the text that is read
        foreach (var rune in text.EnumerateRunes())
        {
            isFlag = rune.Value == BlackFlag || (isFlag && rune.Value is >= FirstTag and <= LastTag);
            if (!isFlag && IsHidden(rune)) Escape(shown ??= new StringBuilder(text, 0, length, text.Length * 2), rune);
            else shown?.Append(rune);
            length += rune.Utf16SequenceLength;
        }
        return shown?.ToString() ?? text;
    }

    /// <summary>
    /// A message as a line that a reader can take in: of a long one, the beginning, which names the place, and the end,
    /// which names the remedy. Members of the library are named as the options that set them.
    /// </summary>
    public static string Message(string message)
    {
        message = OptionNames.In(message);
        if (message.Length <= LongestMessage) return Of(message);
        var (head, tail) = (LongestMessage * 2 / 3, message.Length - LongestMessage / 3);
        if (char.IsLowSurrogate(message[head])) head--;
        if (char.IsLowSurrogate(message[tail])) tail++;
        return Of($"{message[..head]} [...] {message[tail..]}");
    }

    /// <summary>A count with separated thousands: 12,345.</summary>
    public static string Count(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with a fixed number of decimals.</summary>
    public static string Fixed(double number, int decimals) =>
        number.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>How good the answers of a validation are: BLEU, or the accuracy of labels; null if neither is known.
    /// </summary>
    public static string? AnswerScore(double? bleu, double? accuracy) =>
        bleu is { } score ? $"BLEU {Fixed(score, 2)}"
        : accuracy is { } percent ? $"accuracy {Fixed(percent, 1)}%" : null;

    /// <summary>A perplexity; with an exponent from a million on, which a diverging model can reach.</summary>
    public static string Perplexity(double perplexity) =>
        double.IsPositiveInfinity(perplexity) ? "above 1.8e308"
        : perplexity < 1e6 || double.IsNaN(perplexity) ? Fixed(perplexity, 2)
        : perplexity.ToString("0.0e0", CultureInfo.InvariantCulture);

    /// <summary>A learning rate: 0.00125.</summary>
    public static string Rate(double rate) =>
        rate.ToString(rate >= 1e-4 ? "0.00000" : "0.0e0", CultureInfo.InvariantCulture);

    /// <summary>A number of any size with three digits: 0.0125, 1.3e-07.</summary>
    public static string Short(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A time that a file gives in seconds is shown below this number, some 30 years.</summary>
    public const double MostSeconds = 1e9;

    /// <summary>A time as 0:07, 12:34 or 1:02:03.</summary>
    public static string Time(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture) is var text
        && time.TotalDays >= 1 ? $"{(int)time.TotalDays}d {text}" : text;

    /// <summary>A path relative to the current folder, if the relative path is shorter.</summary>
    public static string Path(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length ? relative : path;
    }

    private const int BlackFlag = 0x1F3F4, FirstTag = 0xE0020, LastTag = 0xE007F;

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => true,
        // Soft hyphen, joiners, marks of direction; then signs that enclose the digits and letters after them.
        UnicodeCategory.Format => rune.Value is not (0x00AD or 0x061C or (>= 0x200C and <= 0x200F)
            or (>= 0x0600 and <= 0x0605) or 0x06DD or 0x070F or 0x0890 or 0x0891 or 0x08E2 or 0x110BD or 0x110CD),
        _ => false,
    };

    private static void Escape(StringBuilder shown, Rune rune)
    {
        foreach (var unit in rune.ToString())
        {
            shown.Append(unit switch
            {
                '\n' => @"\n",
                '\r' => @"\r",
                '\t' => @"\t",
                _ => string.Create(CultureInfo.InvariantCulture, $@"\u{(int)unit:X4}"),
            });
        }
    }
}
