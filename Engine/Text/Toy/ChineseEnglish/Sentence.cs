namespace Engine.Text;

/// <summary>Builds English sentences.</summary>
internal static class Sentence
{
    /// <summary>The non-empty words, separated by spaces.</summary>
    public static string Words(params ReadOnlySpan<string?> words)
    {
        var present = new List<string>();
        foreach (var word in words)
        {
            if (!string.IsNullOrEmpty(word))
                present.Add(word);
        }

        return string.Join(' ', present);
    }

    /// <summary>A statement, or the yes-no question about it.</summary>
    public static string Of(bool asked, string subject, string auxiliary, params ReadOnlySpan<string?> rest) =>
        asked ? $"{Words([auxiliary, subject, .. rest])}?" : Words([subject, auxiliary, .. rest]);

    /// <summary>"am", "is" or "are".</summary>
    public static string Be(Agreement agreement) => agreement switch
    {
        Agreement.I => "am",
        Agreement.Singular => "is",
        _ => "are",
    };

    /// <summary>"was" or "were".</summary>
    public static string Was(Agreement agreement) => agreement is Agreement.Plural ? "were" : "was";
}
