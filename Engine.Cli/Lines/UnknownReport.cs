using Engine.Text;

namespace Engine.Cli;

/// <summary>
/// Tells of the words of the input that a model does not know: with --report-unknown all of them at the end, otherwise
/// the first of them once, if a person watches.
/// </summary>
/// <param name="encoder">The encoder of the model's source side.</param>
/// <param name="reports">Whether --report-unknown is given.</param>
/// <param name="watched">Whether a person watches.</param>
/// <param name="say">Shows a message.</param>
internal sealed class UnknownReport(TextEncoder encoder, bool reports, bool watched, Action<string> say)
{
    private const int Most = 10;

    private readonly UnknownWords words = new(encoder);
    private bool hasSaid;

    /// <summary>Looks at lines that were answered.</summary>
    public void Add(IEnumerable<string> lines)
    {
        if (!reports && (!watched || hasSaid)) return;
        foreach (var line in lines)
        {
            words.Add(line);
            if (reports || words.Unknown == 0) continue;
            hasSaid = true;
            say($"note  the model does not know {Quoted(words.MostFrequent(1)[0].Token)}, and reads an unknown word in "
                + "its place; --report-unknown counts such words (said once)");
            return;
        }
    }

    /// <summary>Reports, if --report-unknown is given.</summary>
    public void End()
    {
        if (!reports) return;
        var all = Printable.Count(words.Tokens);
        say(Line("input", words) ?? $"words of the input: the model knows all {all} tokens");
    }

    /// <summary>A line about the words of a text that the model does not know; null if it knows all.</summary>
    /// <param name="text">What the line calls the text.</param>
    /// <param name="words">The words of the text.</param>
    public static string? Line(string text, UnknownWords words)
    {
        if (words.Unknown == 0) return null;
        var (unknown, all) = (Printable.Count(words.Unknown), Printable.Count(words.Tokens));
        var percent = Printable.Fixed(100.0 * words.Unknown / words.Tokens, 1);
        var most = words.MostFrequent(Most).Select(word => $"{Quoted(word.Token)} {Printable.Count(word.Count)}");
        return $"words of the {text}: {unknown} of {all} tokens ({percent}%) are unknown to the model, most often "
            + string.Join(", ", most);
    }

    private static string Quoted(string token) => $"'{token}'"; // the terminal shows it escaped
}
