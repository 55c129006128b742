namespace Engine.Text;

/// <summary>
/// Which words the tokens of a text belong to. Words are what <see cref="WordTokenizer"/> makes of the text.
/// </summary>
internal sealed class TokenWords
{
    private static readonly WordTokenizer Splitter = new();

    private readonly int[] first, count; // of each token, the words that have a character of it

    /// <summary>Finds the words of tokens.</summary>
    /// <param name="tokenizer">The tokenizer whose tokens they are.</param>
    /// <param name="tokens">The tokens, with the tokenizer's marks.</param>
    public TokenWords(ITokenizer tokenizer, IReadOnlyList<string> tokens)
    {
        (first, count) = (new int[tokens.Count], new int[tokens.Count]);
        if (tokenizer.Unit == TokenUnit.Word)
        {
            // A vocabulary may hold any text, such as a separator that the tokenizer takes for a sign.
            var words = new List<string>();
            for (var i = 0; i < tokens.Count; i++)
            {
                var parts = Written(Content(tokens[i])).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                (first[i], count[i]) = (words.Count, parts.Length);
                words.AddRange(parts);
            }
            Words = words;
            for (var i = 0; i < tokens.Count; i++) first[i] = Math.Min(first[i], Math.Max(0, words.Count - 1));
            return;
        }
        Words = [.. Splitter.Tokenize(Text(tokens)).Select(Content)];
        if (Words.Count == 0) return;
        // Characters that are not white space are counted, since detokenizing changes white space alone. All tokens up
        // to one are detokenized together, because a token may be a part of a character.
        var ends = new int[Words.Count]; // of each word, the characters up to its end
        for (var i = 0; i < ends.Length; i++) ends[i] = Words[i].Length + (i > 0 ? ends[i - 1] : 0);
        var (word, before, latest) = (0, 0, 0);
        for (var i = 0; i < tokens.Count; i++)
        {
            var after = Text(tokens.Take(i + 1)).Count(character => !char.IsWhiteSpace(character));
            if (after <= before && before > 0 && !string.IsNullOrWhiteSpace(Text([tokens[i]])))
            {
                (first[i], count[i]) = (latest, 1); // goes on with a character that the tokens before began
                continue;
            }
            while (word + 1 < ends.Length && ends[word] <= before) word++;
            var last = word;
            while (last + 1 < ends.Length && ends[last] < after) last++;
            (first[i], count[i]) = (word, after > before ? last - word + 1 : 0);
            latest = last;
            before = Math.Max(before, after);
        }

        string Text(IEnumerable<string> part) => Written(tokenizer.Detokenize(part));
    }

    /// <summary>The words.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The number of tokens.</summary>
    public int Tokens => first.Length;

    /// <summary>
    /// The positions of the words that a token has a character, or a part of a character, of. A token that is white
    /// space has none.
    /// </summary>
    public IEnumerable<int> Of(int token) => Enumerable.Range(first[token], count[token]);

    /// <summary>
    /// The position of the first word of a token; of white space, the position of the next word, or else of the last.
    /// There must be a word.
    /// </summary>
    public int FirstOf(int token) => first[token];

    // As translations are written. Programs that read words as Python does take U+001F for white space too.
    private static string Written(string text) => LineText.Of(text).Replace('\u001F', ' ');

    private static string Content(string token) => token[WordTokenizer.MarkOf(token)..];
}
