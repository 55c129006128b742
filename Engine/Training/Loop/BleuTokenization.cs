using Engine.Text;

namespace Engine.Training;

/// <summary>Chooses how BLEU tokenizes the lines of a validation text.</summary>
internal static class BleuTokenization
{
    private const string Ends = ".!?";

    /// <summary>
    /// <c>zh</c>, if most references have Chinese or Japanese characters. <c>none</c>, if the text is tokenized
    /// already: in most references that end with a stop, a space stands before the stop, and the model's tokenizer
    /// keeps the space. Otherwise <c>13a</c>.
    /// </summary>
    /// <param name="references">The validation text.</param>
    /// <param name="roundTrip">Tokenizes a line and joins the tokens again, as the model does.</param>
    public static string Of(IReadOnlyList<string> references, Func<string, string> roundTrip)
    {
        if (2 * references.Count(line => line.EnumerateRunes().Any(Cjk.Contains)) > references.Count) return "zh";
        string[] ended = [.. references.Where(line => line.Length > 1 && Ends.Contains(line[^1]))];
        var apart = ended.Count(line => EndStandsApart(line) && EndStandsApart(roundTrip(line)));
        return 2 * apart > ended.Length ? "none" : "13a";
    }

    private static bool EndStandsApart(string line) => line.Length > 1 && char.IsWhiteSpace(line[^2]);
}
