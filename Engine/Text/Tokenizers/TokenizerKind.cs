namespace Engine.Text;

/// <summary>The settings that tokenizers learn with. Each kind of tokenizer reads some of them.</summary>
public sealed record TokenizerSettings
{
    /// <summary>The most tokens of a vocabulary of counted tokens, the four special ones included.</summary>
    public int VocabularySize { get; init; } = int.MaxValue;

    /// <summary>The most merges that BPE learns.</summary>
    public int Merges { get; init; } = 10_000;

    /// <summary>Whether BPE's merges keep punctuation apart from words.</summary>
    public bool SplitsPunctuation { get; init; } = true;
}

/// <summary>
/// A kind of tokenizer: its name in a model's configuration, how it learns from text, and how a model folder holds it.
/// </summary>
internal sealed record TokenizerKind
{
    /// <summary>The name of the vocabulary's file, without the prefix of a side.</summary>
    public const string VocabularyFile = "vocab.json";

    /// <summary>The name in configurations.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// The tokenizer, if it is the same for every text: then a vocabulary holds the most frequent tokens of a text, and
    /// source and target can have one vocabulary with two tokenizers. Null if the tokenizer learns its vocabulary, as
    /// BPE does by its merges: then source and target can have one vocabulary only with one tokenizer.
    /// </summary>
    public ITokenizer? Tokenizer { get; init; }

    /// <summary>The names of the files that hold the tokenizer, without the prefix of a side.</summary>
    public IReadOnlyList<string> Files { get; init; } = [VocabularyFile];

    /// <summary>Learns a tokenizer and its vocabulary from lines.</summary>
    public required
        Func<IEnumerable<string>, TokenizerSettings, IProgress<WorkProgress>?, (ITokenizer, Vocabulary)> Learn
    { get; init; }

    /// <summary>Writes a tokenizer and its vocabulary to the paths of <see cref="Files"/>.</summary>
    public required Action<ITokenizer, Vocabulary, IReadOnlyList<string>> Save { get; init; }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public required Func<IReadOnlyList<string>, (ITokenizer, Vocabulary)> Load { get; init; }

    /// <summary>The kind of a tokenizer that is the same for every text.</summary>
    public static TokenizerKind Of(ITokenizer tokenizer) => new()
    {
        Name = tokenizer.Name,
        Tokenizer = tokenizer,
        Learn = (lines, settings, _) =>
            (tokenizer, Vocabulary.Build(lines.Select(tokenizer.Tokenize), settings.VocabularySize)),
        Save = (_, vocabulary, paths) => vocabulary.Save(paths[0]),
        Load = paths => (tokenizer, Vocabulary.Load(paths[0])),
    };
}
