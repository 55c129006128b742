namespace Engine.Text;

/// <summary>Normalizes a line before it is tokenized.</summary>
/// <param name="Lowercase">Whether letters become lower-case, as by Python's <c>str.lower</c>.</param>
/// <param name="Nfkc">
/// Whether characters take Unicode's form NFKC, in which full-width letters, ligatures and the like become plain ones.
/// </param>
public readonly record struct TextNormalizer(bool Lowercase, bool Nfkc)
{
    /// <summary>The normalized line.</summary>
    public string Normalize(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (Nfkc) line = Engine.Text.Nfkc.Of(line);
        return Lowercase ? PythonText.Lower(line) : line;
    }
}
