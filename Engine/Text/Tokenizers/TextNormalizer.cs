namespace Engine.Text;

/// <summary>What becomes of a line before it is cut into tokens.</summary>
/// <param name="Lowercase">Whether letters become small ones.</param>
/// <param name="Nfkc">
/// Whether characters take Unicode's form NFKC, in which full-width letters, ligatures and the like are plain ones.
/// </param>
public readonly record struct TextNormalizer(bool Lowercase, bool Nfkc)
{
    /// <summary>The line in this form.</summary>
    public string Of(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (Nfkc)
            line = Engine.Text.Nfkc.Of(line);
        return Lowercase ? line.ToLowerInvariant() : line;
    }
}
