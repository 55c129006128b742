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
    public static IReadOnlyList<(string Left, string Right)> Load(string path, Vocabulary vocabulary) =>
        Of(TextLines.StreamExactly(path), path, vocabulary);

    /// <summary>Reads a stream of merges of a vocabulary.</summary>
    /// <exception cref="InputException">The merges are damaged, or belong to another vocabulary.</exception>
    public static IReadOnlyList<(string Left, string Right)> Read(Stream stream, string name, Vocabulary vocabulary) =>
        Of(TextLines.ReadExactly(stream, name), name, vocabulary);

    private static List<(string Left, string Right)> Of(IEnumerable<string> lines, string name, Vocabulary vocabulary)
    {
        var merges = new List<(string Left, string Right)>();
        var seen = new HashSet<(string, string)>();
        foreach (var (i, line) in lines.Index())
        {
            InputException Broken(string what) =>
                new($"{FileProblem.OneLine(name)}:{i + 1}: {what}; restore the file that was saved with the model");

            if (line.StartsWith(Version, StringComparison.Ordinal))
                continue;
            if (line.Split(' ', 3) is not [{ Length: > 0 } left, { Length: > 0 } right])
                throw Broken($"{FileProblem.Quote(line)} is not two tokens with a space between them");
            if (right.Contains(BpeTokenizer.Spacer, StringComparison.Ordinal))
                throw Broken($"{FileProblem.Quote(line)} crosses a space, and tokenizer bpe merges within words");
            foreach (var token in (string[])[left, right, left + right])
            {
                if (vocabulary.IdOf(token) == Vocabulary.Unknown)
                    throw Broken($"token {FileProblem.Quote(token)} is not in the vocabulary");
            }

            if (!seen.Add((left, right)))
                throw Broken($"{FileProblem.Quote(line)} is merged twice");
            merges.Add((left, right));
        }

        return merges;
    }
}
