using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>All tokenizers by name.</summary>
public static class Tokenizers
{
    // A new tokenizer is added here, and so to the configuration's choices, to learning, saving and loading.
    private static readonly TokenizerKind[] All =
    [
        TokenizerKind.Of(new WordTokenizer()), TokenizerKind.Of(new CharacterTokenizer()), BpeTokenizer.Kind,
    ];

    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.Name)];

    /// <summary>
    /// Whether two sides with these tokenizers can have one vocabulary. A tokenizer that learns its vocabulary, as BPE
    /// does, shares it with no other tokenizer.
    /// </summary>
    public static bool CanShareVocabulary(string source, string target) =>
        source == target || !All.Any(kind => kind.Tokenizer is null && (kind.Name == source || kind.Name == target));

    /// <summary>The kind of tokenizer called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">No tokenizer has this name; the message lists all names.</exception>
    internal static TokenizerKind Kind(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new InputException(
            $"unknown tokenizer {FileProblem.Quote(name)}; choose one of {string.Join(", ", Names)}");

    /// <summary>
    /// The tokenizer that suits the text: "char" where most letters belong to a script that writes no spaces between
    /// words, otherwise "word".
    /// </summary>
    public static string Guess(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var cjk = 0L;
        var letters = 0L;
        foreach (var rune in lines.SelectMany(line => line.EnumerateRunes()).Where(Rune.IsLetter))
        {
            letters++;
            if (Cjk.Contains(rune)) cjk++;
        }
        return cjk * 2 > letters ? "char" : "word";
    }
}
