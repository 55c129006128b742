namespace Engine.Text;

/// <summary>What a tokenizer's tokens are.</summary>
public enum TokenUnit
{
    /// <summary>Words and punctuation.</summary>
    Word,

    /// <summary>Words and parts of words.</summary>
    Subword,

    /// <summary>Single characters.</summary>
    Character,
}

/// <summary>Tokenizes a line of text, and makes a line of tokens again.</summary>
/// <remarks>
/// <see cref="Detokenize"/> undoes <see cref="Tokenize(string)"/> up to white space: several spaces become one, and
/// there are none at the ends; "bpe" restores white space too. Any number of threads may use one tokenizer.
/// </remarks>
public interface ITokenizer
{
    /// <summary>The name of the tokenizer's kind, one of <see cref="Tokenizers.Names"/>.</summary>
    string Name { get; }

    /// <summary>What the tokens are.</summary>
    TokenUnit Unit { get; }

    /// <summary>
    /// What the tokenizer has learned beside its vocabulary, as text; nothing for a tokenizer that does not learn.
    /// </summary>
    IEnumerable<string> LearnedRules => [];

    /// <summary>The line's tokens in order; none for an empty line.</summary>
    IReadOnlyList<string> Tokenize(string line);

    /// <summary>
    /// The line's tokens with BPE-dropout, so that a model sees many tokenizations of a line; a tokenizer without
    /// merges has one tokenization.
    /// </summary>
    /// <param name="line">The line.</param>
    /// <param name="dropout">The probability that a merge is left out, in [0, 1).</param>
    /// <param name="random">Decides which merges are left out; the same stream gives the same tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is outside [0, 1).</exception>
    IReadOnlyList<string> Tokenize(string line, double dropout, RandomStream random) => Tokenize(line);

    /// <summary>The text of any tokens, also of tokens that no line has.</summary>
    string Detokenize(IEnumerable<string> tokens);
}
