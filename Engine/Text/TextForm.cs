using System.Text;

namespace Engine.Text;

/// <summary>What becomes of a line before it is cut into tokens.</summary>
/// <param name="Lowercase">Whether letters become small ones.</param>
/// <param name="Nfkc">
/// Whether characters take Unicode's form NFKC, in which full-width letters, ligatures and the like are plain ones.
/// </param>
public readonly record struct TextForm(bool Lowercase, bool Nfkc)
{
    /// <summary>The line in this form.</summary>
    public string Of(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (Nfkc && IsUnicode(line))
            line = line.Normalize(NormalizationForm.FormKC);
        return Lowercase ? line.ToLowerInvariant() : line;
    }

    // Half a surrogate pair has no normal form; the line that holds one stays as it is.
    private static bool IsUnicode(string line)
    {
        for (int i = 0; i < line.Length; i++)
        {
            if (!char.IsSurrogate(line[i]))
                continue;
            if (!Rune.TryGetRuneAt(line, i, out _))
                return false;
            i++;
        }

        return true;
    }
}
