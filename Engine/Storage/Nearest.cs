namespace Engine.Storage;

/// <summary>Guesses which name a misspelled name stands for.</summary>
public static class Nearest
{
    /// <summary>The name that the fewest edits turn the written name into; null if all names take many.</summary>
    public static string? To(string written, IEnumerable<string> names)
    {
        var (best, edits) = names
            .Select(name => (Name: name, Edits: Edits(written, name)))
            .OrderBy(candidate => candidate.Edits)
            .FirstOrDefault();
        return IsNear(written, edits) ? best : null;
    }

    /// <summary>
    /// The names that a misspelled name may stand for, the likeliest first: the nearest ones, and the names that begin
    /// with it.
    /// </summary>
    /// <param name="written">The misspelled name.</param>
    /// <param name="names">The right names.</param>
    /// <param name="most">The most names to give.</param>
    public static IReadOnlyList<string> Several(string written, IEnumerable<string> names, int most = 3) =>
    [
        .. names.Select(name => (Name: name, Edits: Edits(written, name), Begins: Begins(name, written)))
            .Where(candidate => candidate.Begins || IsNear(written, candidate.Edits))
            .OrderBy(candidate => IsNear(written, candidate.Edits) ? candidate.Edits : int.MaxValue)
            .Select(candidate => candidate.Name).Take(most),
    ];

    private static bool Begins(string name, string written) =>
        written.Length >= 2 && name.StartsWith(written, StringComparison.Ordinal);

    // Two swapped letters are two edits; in a short name, two edits leave too little to guess from.
    private static bool IsNear(string written, int edits) =>
        edits <= Math.Max(2, written.Length / 3) && 2 * edits <= written.Length;

    /// <summary>The number of characters to insert, delete or replace (Levenshtein 1966).</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
