using Engine.Text;

namespace Engine.Training;

/// <summary>Chooses how BLEU cuts the lines of a validation text.</summary>
internal static class BleuTokenization
{
    private const string Ends = ".!?";

    /// <summary>
    /// <c>zh</c>, if most references have Chinese or Japanese characters; <c>none</c>, if most final stops stand
    /// apart, so that the text is tokenised already, and the model's own spelling leaves them there; otherwise
    /// <c>13a</c>.
    /// </summary>
    /// <param name="references">The validation text.</param>
    /// <param name="respell">A line as the model would spell it.</param>
    public static string Of(IReadOnlyList<string> references, Func<string, string> respell)
    {
        if (2 * references.Count(line => line.EnumerateRunes().Any(Cjk.Contains)) > references.Count) return "zh";
        string[] ended = [.. references.Where(line => line.Length > 1 && Ends.Contains(line[^1]))];
        return 2 * ended.Count(line => StandsApart(line) && StandsApart(respell(line))) > ended.Length ? "none" : "13a";
    }

    private static bool StandsApart(string line) => line.Length > 1 && char.IsWhiteSpace(line[^2]);
}
