namespace Engine.Text;

/// <summary>From a line of text to ids and back: a tokenizer and its vocabulary.</summary>
public sealed class TextEncoder(ITokenizer tokenizer, Vocabulary vocabulary)
{
    /// <summary>What cuts lines into tokens.</summary>
    public ITokenizer Tokenizer { get; } = tokenizer;

    /// <summary>What numbers the tokens.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>The ids of the line's tokens, without begin and end.</summary>
    public int[] Encode(string line) => [.. Tokenizer.Split(line).Select(Vocabulary.IdOf)];

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
}
