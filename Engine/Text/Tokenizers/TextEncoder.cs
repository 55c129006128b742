namespace Engine.Text;

/// <summary>Encodes a line of text as ids, and decodes ids: a normalizer, a tokenizer and a vocabulary.</summary>
public sealed class TextEncoder(ITokenizer tokenizer, Vocabulary vocabulary, TextNormalizer normalizer = default)
{
    /// <summary>Normalizes lines.</summary>
    public TextNormalizer Normalizer { get; } = normalizer;

    /// <summary>Tokenizes normalized lines.</summary>
    public ITokenizer Tokenizer { get; } = tokenizer;

    /// <summary>Gives each token its id.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>The ids of the line's tokens, without begin and end; none for a blank line.</summary>
    public int[] Encode(string line) =>
        string.IsNullOrWhiteSpace(line) ? [] : Ids(Tokenizer.Tokenize(Normalizer.Normalize(line)));

    /// <summary>The ids of the line's tokens, with BPE-dropout.</summary>
    /// <inheritdoc cref="ITokenizer.Tokenize(string, double, RandomStream)"/>
    public int[] Encode(string line, double dropout, RandomStream random) =>
        string.IsNullOrWhiteSpace(line) ? [] : Ids(Tokenizer.Tokenize(Normalizer.Normalize(line), dropout, random));

    /// <summary>The line as <see cref="Decode"/> would write it if the vocabulary held all its tokens.</summary>
    public string RoundTrip(string line) => Tokenizer.Detokenize(Tokenizer.Tokenize(Normalizer.Normalize(line)));

    /// <summary>
    /// The text of <paramref name="ids"/> up to the first <see cref="Vocabulary.End"/>. Padding and begin have no text;
    /// an unknown token's text is "&lt;unk&gt;".
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not one of the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (id == Vocabulary.End) break;
            if (id is not (Vocabulary.Pad or Vocabulary.Begin)) tokens.Add(Vocabulary.TokenOf(id));
        }
        return Tokenizer.Detokenize(tokens);
    }

    private int[] Ids(IEnumerable<string> tokens) => [.. tokens.Select(Vocabulary.IdOf)];
}
