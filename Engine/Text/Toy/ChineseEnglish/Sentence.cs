namespace Engine.Text;

/// <summary>What English sentences have in common.</summary>
internal static class Sentence
{
    /// <summary>The words that are there, with spaces between.</summary>
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

    /// <summary>A statement, or the question whether it holds.</summary>
    public static string Of(bool asked, string subject, string auxiliary, params ReadOnlySpan<string?> rest) =>
        asked ? $"{Words([auxiliary, subject, .. rest])}?" : Words([subject, auxiliary, .. rest]);

    /// <summary>am, is, are.</summary>
    public static string Be(Agreement agreement) => agreement switch
    {
        Agreement.I => "am",
        Agreement.Singular => "is",
        _ => "are",
    };

    /// <summary>was, were.</summary>
    public static string Was(Agreement agreement) => agreement is Agreement.Plural ? "were" : "was";
}
