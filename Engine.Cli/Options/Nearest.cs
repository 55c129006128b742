namespace Engine.Cli;

/// <summary>Finds the name that was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The name with the fewest edits from what was written, if those are few; otherwise null.</summary>
    public static string? To(string written, IEnumerable<string> names)
    {
        var (best, edits) = names
            .Select(name => (Name: name, Edits: Edits(written, name)))
            .OrderBy(candidate => candidate.Edits)
            .FirstOrDefault();
        // Two swapped letters are two edits; of a short name that is too much to guess from.
        var isNear = edits <= Math.Max(2, written.Length / 3) && 2 * edits <= written.Length;
        return isNear ? best : null;
    }

    /// <summary>How many characters to insert, delete or replace (Levenshtein 1966).</summary>
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
