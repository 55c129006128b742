using Engine.Storage;

namespace Engine.Text;

/// <summary>The file <c>merges.txt</c>: a line that names the version, then a pair of tokens a line.</summary>
internal static class BpeMerges
{
    /// <summary>The beginning of the first line; no token begins so.</summary>
    public const string Version = "#version";

    /// <summary>Writes the merges in the order of their ranks.</summary>
    public static void Save(string path, IEnumerable<(string Left, string Right)> merges) =>
        TextLines.WriteAtomically(path, merges.Select(pair => $"{pair.Left} {pair.Right}").Prepend($"{Version}: 0.2"));

    /// <summary>Reads the merges of a vocabulary.</summary>
    /// <exception cref="InputException">The file is missing or damaged, or belongs to another vocabulary.</exception>
    public static IReadOnlyList<(string Left, string Right)> Load(string path, Vocabulary vocabulary)
    {
        var merges = new List<(string Left, string Right)>();
        var seen = new HashSet<(string, string)>();
        var lines = TextLines.Read(path);
        for (var i = 0; i < lines.Count; i++)
        {
            InputException Broken(string what) =>
                new($"{path}:{i + 1}: {what}; restore the file that was saved with the model");

            if (lines[i].StartsWith(Version, StringComparison.Ordinal))
                continue;
            if (lines[i].Split(' ') is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw Broken($"{FileProblem.Quote(lines[i])} is not two tokens with a space between them");
            foreach (var token in (string[])[left, right, left + right])
            {
                if (vocabulary.IdOf(token) == Vocabulary.Unknown)
                    throw Broken($"token '{token}' is not in the vocabulary");
            }

            if (!seen.Add((left, right)))
                throw Broken($"'{lines[i]}' is merged twice");
            merges.Add((left, right));
        }

        return merges;
    }
}
