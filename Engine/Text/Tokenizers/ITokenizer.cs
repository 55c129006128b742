namespace Engine.Text;

/// <summary>Cuts a line of text into tokens and puts tokens together again.</summary>
/// <remarks>
/// <see cref="Join"/> undoes <see cref="Split"/> up to white space: runs of it become one space, and none is left at
/// the ends; "bpe" keeps that too. One tokenizer serves any number of threads.
/// </remarks>
public interface ITokenizer
{
    /// <summary>Its name for <see cref="Tokenizers.Create"/>, which a model's configuration records.</summary>
    string Name { get; }

    /// <summary>The line's tokens in order; none for an empty line.</summary>
    IReadOnlyList<string> Split(string line);

    /// <summary>The text of <paramref name="tokens"/>, which may be any, also ones that no line splits into.</summary>
    string Join(IEnumerable<string> tokens);
}
