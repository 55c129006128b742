namespace Engine.Cli;

/// <summary>Guesses which name a misspelled name stands for.</summary>
internal static class Nearest
{
    /// <summary>The name that the fewest edits turn the written name into; null if all names take many.</summary>
    public static string? To(string written, IEnumerable<string> names)
    {
        var (best, edits) = names
            .Select(name => (Name: name, Edits: Edits(written, name)))
            .OrderBy(candidate => candidate.Edits)
            .FirstOrDefault();
        // Two swapped letters are two edits; in a short name, two edits leave too little to guess from.
        var isNear = edits <= Math.Max(2, written.Length / 3) && 2 * edits <= written.Length;
        return isNear ? best : null;
    }

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
