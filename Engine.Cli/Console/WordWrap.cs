namespace Engine.Cli;

/// <summary>Breaks a text into lines at its spaces.</summary>
internal static class WordWrap
{
    /// <summary>The lines; a word that is longer than a line stays whole.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The most columns of a line.</param>
    public static IEnumerable<string> Lines(string text, int columns)
    {
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && TextColumns.Of(line) + 1 + TextColumns.Of(word) > columns)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        if (line.Length > 0) yield return line;
    }
}
