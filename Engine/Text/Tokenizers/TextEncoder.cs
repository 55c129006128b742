
namespace Engine.Text;

/// <summary>From a line of text to ids and back: a form, a tokenizer and its vocabulary.</summary>
public sealed class TextEncoder(ITokenizer tokenizer, Vocabulary vocabulary, TextNormalizer form = default)
{
    /// <summary>What cuts lines into tokens.</summary>
    public ITokenizer Tokenizer { get; } = tokenizer;

    /// <summary>What numbers the tokens.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>What lines become before they are cut.</summary>
    public TextNormalizer Form { get; } = form;

    /// <summary>The ids of the line's tokens, without begin and end; a blank line has none.</summary>
    public int[] Encode(string line) => string.IsNullOrWhiteSpace(line) ? [] : Ids(Tokenizer.Split(Form.Of(line)));

    /// <summary>As <see cref="Encode(string)"/>, with BPE-dropout where the tokenizer merges.</summary>
    /// <param name="line">The line.</param>
    /// <param name="dropout">How likely a merge is passed over.</param>
    /// <param name="random">Which ones.</param>
    public int[] Encode(string line, double dropout, RandomStream random) =>
        Tokenizer is BpeTokenizer bpe && !string.IsNullOrWhiteSpace(line)
            ? Ids(bpe.Split(Form.Of(line), dropout, random))
            : Encode(line);

    /// <summary>The line as <see cref="Decode"/> would spell it if every token were known.</summary>
    public string RoundTrip(string line) => Tokenizer.Join(Tokenizer.Split(Form.Of(line)));

    /// <summary>
    /// The text of <paramref name="ids"/> up to the first <see cref="Vocabulary.End"/>; padding and begin are
    /// passed over, and an unknown token shows as "&lt;unk&gt;".
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is none of the vocabulary's.</exception>
    public string Decode(ReadOnlySpan<int> ids)
    {
        var tokens = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (id == Vocabulary.End)
                break;
            if (id is not (Vocabulary.Pad or Vocabulary.Begin))
                tokens.Add(Vocabulary.TokenOf(id));
        }

        return Tokenizer.Join(tokens);
    }

    private int[] Ids(IEnumerable<string> tokens) => [.. tokens.Select(Vocabulary.IdOf)];
}
