using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>The tokenizers by name.</summary>
public static class Tokenizers
{
    /// <summary>The names of all: "bpe" is learned by <see cref="BpeTrainer"/>, the others just cut.</summary>
    public static IReadOnlyList<string> Names { get; } = ["word", "char", "bpe"];

    /// <summary>The tokenizer called <paramref name="name"/>, which is one that needs not learn.</summary>
    /// <exception cref="InputException">No such tokenizer has this name; the message lists those.</exception>
    public static ITokenizer Create(string name) => name switch
    {
        "word" => new WordTokenizer(),
        "char" => new CharacterTokenizer(),
        _ => throw new InputException($"unknown tokenizer '{name}'; choose one of word, char"),
    };

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
            if (Cjk.Contains(rune))
                cjk++;
        }

        return cjk * 2 > letters ? "char" : "word";
    }
}
