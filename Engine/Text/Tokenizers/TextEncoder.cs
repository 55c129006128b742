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
        string.IsNullOrWhiteSpace(line) ? [] : IdsOf(Tokenizer.Tokenize(Normalizer.Normalize(line)));

    /// <summary>The ids of the line's tokens, with BPE-dropout.</summary>
    /// <inheritdoc cref="ITokenizer.Tokenize(string, double, RandomStream)"/>
    public int[] Encode(string line, double dropout, RandomStream random) =>
        string.IsNullOrWhiteSpace(line) ? [] : IdsOf(Tokenizer.Tokenize(Normalizer.Normalize(line), dropout, random));

    /// <summary>The line as <see cref="Decode"/> would write it if the vocabulary held all its tokens.</summary>
    public string RoundTrip(string line) => Tokenizer.Detokenize(Tokenizer.Tokenize(Normalizer.Normalize(line)));

    /// <summary>
    /// The text of <paramref name="ids"/> up to the first <see cref="Vocabulary.End"/>. Padding and begin have no text;
    /// an unknown token's text is "&lt;unk&gt;". The text of ids that a model chose may break a line, or be no valid
    /// text at all; <see cref="DecodeLine"/> writes such ids.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is not one of the vocabulary.</exception>
    public string Decode(ReadOnlySpan<int> ids) => Text(ids, null);

    /// <summary>
    /// The text that a decoder chose, as one line of valid text: as <see cref="Decode"/> writes it, with a space in
    /// place of each character that ends a line, and U+FFFD for each half of a surrogate pair without its other half.
    /// </summary>
    /// <param name="ids">The ids.</param>
    /// <param name="unknown">
    /// The token to write in place of the unknown token at an index of <paramref name="ids"/>; null for "&lt;unk&gt;".
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">An id is not one of the vocabulary.</exception>
    public string DecodeLine(ReadOnlySpan<int> ids, Func<int, string?>? unknown = null) =>
        LineText.Of(Text(ids, unknown));

    private string Text(ReadOnlySpan<int> ids, Func<int, string?>? unknown)
    {
        var tokens = new List<string>(ids.Length);
        for (var i = 0; i < ids.Length && ids[i] != Vocabulary.End; i++)
        {
            if (ids[i] is Vocabulary.Pad or Vocabulary.Begin) continue;
            var replacement = ids[i] == Vocabulary.Unknown ? unknown?.Invoke(i) : null;
            tokens.Add(replacement ?? Vocabulary.TokenOf(ids[i]));
        }
        return Tokenizer.Detokenize(tokens);
    }

    /// <summary>The ids of tokens, such as the tokenizer makes.</summary>
    internal int[] IdsOf(IEnumerable<string> tokens) => [.. tokens.Select(Vocabulary.IdOf)];
}
