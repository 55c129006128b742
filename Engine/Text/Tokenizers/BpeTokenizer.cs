using System.Collections.Concurrent;
using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Byte-pair encoding (Sennrich et al. 2016) in the form of SentencePiece and Llama: a word's characters are merged
/// pair by pair, a space is the ▁ in front of the word that follows, and a character that the vocabulary does not hold
/// becomes the tokens of its bytes. So <see cref="Detokenize"/> undoes <see cref="Tokenize(string)"/> exactly.
/// </summary>
/// <remarks>
/// <para>
/// A line that is not empty gets a ▁ in front, which <see cref="Detokenize"/> takes away. A ▁ in the text itself
/// becomes the tokens of its bytes. No merge crosses a space. The files <c>vocab.json</c> and <c>merges.txt</c> are in
/// the form of the BPE model of Hugging Face's tokenizers with <c>byte_fallback</c>; <c>Prepend("▁")</c> and
/// <c>Replace(" ", "▁")</c> are its normalizers.
/// </para>
/// <para>The tokens of known words are kept, so that a word is merged once.</para>
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine.Text;
///
/// var tokenizer = BpeTrainer.Train(["low lower lowest", "new newer newest"], merges: 20);
/// var tokens = tokenizer.Tokenize("newest");
/// Console.WriteLine(tokenizer.Detokenize(tokens));                     // prints: newest
/// ]]></code>
/// </example>
public sealed class BpeTokenizer : ITokenizer
{
    internal const string Spacer = "\u2581";

    // Enough for the words of a large corpus; the limit bounds the memory, whatever text is tokenized.
    private const int MostWords = 1 << 18, LongestWord = 256;

    private readonly BpeMerger merger;
    private readonly int[] byteIds;
    private readonly ConcurrentDictionary<string, string[]> words = new(StringComparer.Ordinal);
    private int wordCount;

    internal static readonly TokenizerKind Kind = new()
    {
        Name = "bpe",
        Files = [TokenizerKind.VocabularyFile, "merges.txt"],
        Learn = (lines, settings, progress) =>
        {
            var bpe = BpeTrainer.Train(lines, settings.Merges, settings.SplitsPunctuation, progress);
            return (bpe, bpe.Vocabulary);
        },
        Save = (tokenizer, _, paths) => ((BpeTokenizer)tokenizer).Save(paths[0], paths[1]),
        Load = paths =>
        {
            var bpe = Load(paths[0], paths[1]);
            return (bpe, bpe.Vocabulary);
        },
    };

    internal BpeTokenizer(Vocabulary vocabulary, IReadOnlyList<(string Left, string Right)> merges)
    {
        (Vocabulary, Merges) = (vocabulary, merges);
        byteIds = [.. BpeBytes.Tokens.Select(vocabulary.IdOf)];
        merger = new BpeMerger([.. merges.Select(pair =>
            (vocabulary.IdOf(pair.Left), vocabulary.IdOf(pair.Right), vocabulary.IdOf(pair.Left + pair.Right)))]);
    }

    /// <inheritdoc/>
    public string Name => Kind.Name;

    /// <inheritdoc/>
    public TokenUnit Unit => TokenUnit.Subword;

    /// <summary>The special tokens, the bytes, the characters, and what the merges make.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The pairs of tokens that are merged, in the order of their ranks.</summary>
    public IReadOnlyList<(string Left, string Right)> Merges { get; }

    /// <inheritdoc/>
    public IEnumerable<string> LearnedRules => Merges.Select(pair => $"{pair.Left} {pair.Right}");

    /// <inheritdoc/>
    public IReadOnlyList<string> Tokenize(string line)
    {
        var tokens = new List<string>();
        var known = words.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var word in Words(line))
        {
            if (!known.TryGetValue(word.Span, out var pieces))
            {
                pieces = Merge(word.Span);
                if (word.Length <= LongestWord && Volatile.Read(ref wordCount) < MostWords
                    && words.TryAdd(word.ToString(), pieces))
                {
                    Interlocked.Increment(ref wordCount);
                }
            }

            tokens.AddRange(pieces);
        }

        return tokens;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Tokenize(string line, double dropout, RandomStream random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(dropout, 1);
        ArgumentNullException.ThrowIfNull(random);
        return [.. Words(line).SelectMany(word => Merge(word.Span, dropout, random))];
    }

    /// <inheritdoc/>
    public string Detokenize(IEnumerable<string> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        var text = new StringBuilder();
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (BpeBytes.TryParse(token, out var value))
            {
                bytes.Add(value);
                continue;
            }

            AppendBytes();
            text.Append(token.Replace(Spacer, " ", StringComparison.Ordinal));
        }

        AppendBytes();
        return text.Length > 0 && text[0] == ' ' ? text.ToString(1, text.Length - 1) : text.ToString();

        void AppendBytes()
        {
            BpeBytes.AppendTo(text, [.. bytes]);
            bytes.Clear();
        }
    }

    /// <summary>Writes two files; each is replaced only once it is written whole.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public void Save(string vocabularyPath, string mergesPath)
    {
        Vocabulary.Save(vocabularyPath);
        BpeMerges.Save(mergesPath, Merges);
    }

    /// <summary>Reads the files that <see cref="Save"/> wrote, or another program in the same form.</summary>
    /// <exception cref="InputException">
    /// A file is missing or damaged, or the files do not belong together; the message names the file and the line.
    /// </exception>
    public static BpeTokenizer Load(string vocabularyPath, string mergesPath)
    {
        var vocabulary = Vocabulary.Load(vocabularyPath);
        foreach (var token in BpeBytes.Tokens.Append(Spacer))
        {
            if (vocabulary.IdOf(token) == Vocabulary.Unknown)
            {
                throw new InputException(
                    $"{vocabularyPath}: token {FileProblem.Quote(token)} is missing, which a vocabulary of "
                    + "tokenizer bpe holds; restore the file that was saved with the model");
            }
        }

        return new BpeTokenizer(vocabulary, BpeMerges.Load(mergesPath, vocabulary));
    }

    /// <summary>
    /// How <see cref="Tokenize(string)"/> comes to a line's tokens, one merge at a time: of all pairs of neighbours in
    /// a word, the pair of lowest rank becomes one token; of equal ranks, the leftmost pair.
    /// </summary>
    /// <param name="line">The line; the time grows with the square of its length.</param>
    /// <returns>The tokens after no merge (characters, and bytes of unknown characters), after one, and so on.
    /// </returns>
    public IReadOnlyList<IReadOnlyList<string>> MergeSteps(string line)
    {
        var ranks = new Dictionary<(string Left, string Right), int>();
        foreach (var pair in Merges) ranks.TryAdd(pair, ranks.Count);
        var words = Words(line).Select(word => Symbols(word.Span).Select(Vocabulary.TokenOf).ToList()).ToArray();
        var steps = new List<IReadOnlyList<string>> { Together() };
        while (Next() is var (word, at))
        {
            word[at] += word[at + 1];
            word.RemoveAt(at + 1);
            steps.Add(Together());
        }
        return steps;

        IReadOnlyList<string> Together() => [.. words.SelectMany(word => word)];

        (List<string> Word, int At)? Next()
        {
            (List<string> Word, int At)? next = null;
            var lowest = int.MaxValue;
            foreach (var word in words)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if (!ranks.TryGetValue((word[i], word[i + 1]), out var rank) || rank >= lowest) continue;
                    (next, lowest) = ((word, i), rank);
                }
            }
            return next;
        }
    }

    /// <summary>The words of a line, each with the space before it; the first word gets a space too.</summary>
    internal static IEnumerable<ReadOnlyMemory<char>> Words(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Length == 0 ? [] : Split();

        IEnumerable<ReadOnlyMemory<char>> Split()
        {
            var text = " " + line;
            for (int start = 0, end; start < text.Length; start = end)
            {
                end = text.IndexOf(' ', start + 1);
                if (end < 0)
                    end = text.Length;
                yield return text.AsMemory(start, end - start);
            }
        }
    }

    private string[] Merge(ReadOnlySpan<char> word, double dropout = 0, RandomStream? random = null) =>
        [.. merger.Merge(Symbols(word), dropout, random).Select(Vocabulary.TokenOf)];

    /// <summary>The ids of a word's characters; of an unknown character, the ids of its bytes.</summary>
    private int[] Symbols(ReadOnlySpan<char> word)
    {
        var symbols = new List<int>(word.Length);
        for (int start = 0, length; start < word.Length; start += length)
        {
            Rune.DecodeFromUtf16(word[start..], out _, out length);
            var character = word.Slice(start, length);
            var id = character is " " ? Vocabulary.IdOf(Spacer)
                : character is Spacer ? Vocabulary.Unknown
                : Vocabulary.IdOf(character.ToString());
            if (id != Vocabulary.Unknown)
                symbols.Add(id);
            else
                symbols.AddRange(BpeBytes.Of(character).Select(value => byteIds[value]));
        }

        return [.. symbols];
    }
}
