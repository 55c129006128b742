using System.Text.RegularExpressions;

namespace Engine.Text;

/// <summary>
/// Prepares lines for TER as sacreBLEU's <c>TercomTokenizer</c> does, which follows the Normalizer of Tercom. White
/// space separates the words of what it returns.
/// </summary>
internal sealed partial class TerTokenizer(TerOptions options)
{
    /// <summary>The line in lower case, normalized and without punctuation, as the options say.</summary>
    public string Tokenize(string line)
    {
        var text = PythonText.TrimEnd(line).ToString();
        if (text.Length == 0) return "";
        if (!options.CaseSensitive) text = PythonText.Lower(text);
        if (options.Normalized)
        {
            text = SeparateWestern(text);
            if (options.AsianSupport) text = AsianPunctuation().Replace(Ideographs().Replace(text, " $0 "), " $0 ");
        }
        if (options.NoPunctuation)
        {
            text = WesternPunctuation().Replace(text, "");
            if (options.AsianSupport) text = AsianPunctuation().Replace(text, "");
        }
        return text;
    }

    private static string SeparateWestern(string text)
    {
        text = text.Replace("\n-", "", StringComparison.Ordinal).Replace('\n', ' ')
            .Replace("&quot;", "\"", StringComparison.Ordinal)
            .Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal)
            .Replace("&gt;", ">", StringComparison.Ordinal);
        text = Signs().Replace($" {text} ", " $0 ").Replace("'s ", " 's ", StringComparison.Ordinal);
        text = StopAfterNoDigit().Replace(text, "$1 $2 ");
        text = StopBeforeNoDigit().Replace(text, " $1 $2");
        return DashAfterDigit().Replace(text, "$1 $2 ");
    }

    // ASCII signs except ' , - . which need their neighbours; $ and % are separated too.
    [GeneratedRegex(@"[{-~\[-` -&(-+:-@/]")]
    private static partial Regex Signs();

    [GeneratedRegex("([^0-9])([.,])")]
    private static partial Regex StopAfterNoDigit();

    [GeneratedRegex("([.,])([^0-9])")]
    private static partial Regex StopBeforeNoDigit();

    [GeneratedRegex("([0-9])(-)")]
    private static partial Regex DashAfterDigit();

    // Chinese characters, their strokes, radicals and compatibility forms. U+3200 to U+3F22 is sacreBLEU's range for
    // the enclosed letters of U+3200 to U+32FF; it takes in further blocks. Its patterns for kana at the beginning of a
    // line never match, since the line begins with a space by then.
    [GeneratedRegex(@"[\u4E00-\u9FFF\u3400-\u4DBF\u31C0-\u31EF\u2E80-\u2EFF\u3300-\u33FF\uF900-\uFAFF\uFE30-\uFE4F]"
        + @"|[\u3200-\u3F22]")]
    private static partial Regex Ideographs();

    [GeneratedRegex(@"[\u3001\u3002\u3008-\u3011\u3014-\u301F\uFF61-\uFF65\u30FB"
        + @"\uFF0E\uFF0C\uFF1F\uFF1A\uFF1B\uFF01\uFF02\uFF08\uFF09]")]
    private static partial Regex AsianPunctuation();

    [GeneratedRegex("[.,?:;!\"()]")]
    private static partial Regex WesternPunctuation();
}
