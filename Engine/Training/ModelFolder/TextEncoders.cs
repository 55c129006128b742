using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Learns, writes and reads the encoders of a model's two sides, as the configuration says. Each side has its files,
/// such as <c>source_vocab.json</c>. If both sides share a tokenizer that learns its vocabulary, as bpe does, they have
/// one encoder, and its files have no prefix.
/// </summary>
internal static class TextEncoders
{
    private const string Source = "source_", Target = "target_", Both = "";

    /// <summary>The encoders of both sides, learned from a corpus; the tokenizers must be chosen.</summary>
    public static (TextEncoder Source, TextEncoder Target) Learn(
        TrainingConfiguration c, IParallelText corpus, IProgress<WorkProgress>? progress = null)
    {
        var pairs = corpus.Pairs.Counting(progress, "counting words", corpus.Count);
        var (sources, targets) = (pairs.Select(pair => pair.Source), pairs.Select(pair => pair.Target));
        if (c.Sharing != EmbeddingSharing.All)
            return (Learn(c, c.SourceTokenizer, sources, progress), Learn(c, c.TargetTokenizer, targets, progress));
        if (IsOne(c))
        {
            var both = Learn(c, c.SourceTokenizer, sources.Concat(targets), progress);
            return (both, both);
        }
        // One vocabulary of the most frequent tokens, which two tokenizers make.
        var source = Tokenizers.Kind(c.SourceTokenizer).Tokenizer!;
        var target = Tokenizers.Kind(c.TargetTokenizer).Tokenizer!;
        var normalizer = NormalizerOf(c);
        var vocabulary = Vocabulary.Build(
            sources.Select(normalizer.Normalize).Select(source.Tokenize)
                .Concat(targets.Select(normalizer.Normalize).Select(target.Tokenize)),
            c.VocabSize);
        return (new TextEncoder(source, vocabulary, normalizer), new TextEncoder(target, vocabulary, normalizer));
    }

    /// <summary>The encoder of one side, learned from its lines.</summary>
    public static TextEncoder Learn(
        TrainingConfiguration c, string tokenizer, IEnumerable<string> lines,
        IProgress<WorkProgress>? progress = null)
    {
        var settings = new TokenizerSettings
        {
            VocabularySize = c.VocabSize, Merges = c.BpeMerges, SplitsPunctuation = c.Punctuation == "split",
        };
        var normalizer = NormalizerOf(c);
        var (learned, vocabulary) = Tokenizers.Kind(tokenizer)
            .Learn(lines.Select(normalizer.Normalize), settings, progress);
        return new TextEncoder(learned, vocabulary, normalizer);
    }

    /// <summary>The names of the files in a model folder that hold the encoders.</summary>
    public static IReadOnlyList<string> FilesOf(TrainingConfiguration c) =>
        IsOne(c) ? FilesOf(c.SourceTokenizer, Both)
        : c.Task == "classify" ? FilesOf(c.SourceTokenizer, Source)
        : [.. FilesOf(c.SourceTokenizer, Source), .. FilesOf(c.TargetTokenizer, Target)];

    /// <summary>The names of all files that hold encoders of any configuration.</summary>
    public static IEnumerable<string> AllFiles =>
        from tokenizer in Tokenizers.Names
        from prefix in (string[])[Both, Source, Target]
        from file in FilesOf(tokenizer, prefix)
        select file;

    /// <summary>Writes the files of both sides.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Save(TrainingConfiguration c, string folder, TextEncoder source, TextEncoder target)
    {
        Save(folder, source, IsOne(c) ? Both : Source);
        if (!IsOne(c)) Save(folder, target, Target);
    }

    /// <summary>Writes the files of the source side alone.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void SaveSource(string folder, TextEncoder source) => Save(folder, source, Source);

    /// <summary>Reads what <see cref="Save(TrainingConfiguration, string, TextEncoder, TextEncoder)"/> wrote.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static (TextEncoder Source, TextEncoder Target) Load(TrainingConfiguration c, string folder)
    {
        if (IsOne(c))
        {
            var both = Load(c, c.SourceTokenizer, folder, Both);
            return (both, both);
        }
        var (source, target) = (LoadSource(c, folder), Load(c, c.TargetTokenizer, folder, Target));
        if (c.Sharing == EmbeddingSharing.All && source.Vocabulary.Count != target.Vocabulary.Count)
        {
            throw new InputException(
                $"{Path.Combine(folder, FilesOf(c)[0])}: has {source.Vocabulary.Count} tokens, but "
                + $"{Target + TokenizerKind.VocabularyFile} beside it has {target.Vocabulary.Count}, and with "
                + $"{OptionTable.InMessages(nameof(c.Sharing))} all both hold one vocabulary; restore the files "
                + "that belong together, or train again.");
        }
        return (source, target);
    }

    /// <summary>Reads what <see cref="SaveSource"/> wrote.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static TextEncoder LoadSource(TrainingConfiguration c, string folder) =>
        Load(c, c.SourceTokenizer, folder, Source);

    // Whether both sides have one encoder.
    private static bool IsOne(TrainingConfiguration c) =>
        c is { Task: "translate", Sharing: EmbeddingSharing.All }
        && Tokenizers.Kind(c.SourceTokenizer).Tokenizer is null;

    private static TextNormalizer NormalizerOf(TrainingConfiguration c) => new(c.Lowercase, c.Nfkc);

    private static string[] FilesOf(string tokenizer, string prefix) =>
        [.. Tokenizers.Kind(tokenizer).Files.Select(file => prefix + file)];

    private static void Save(string folder, TextEncoder encoder, string prefix)
    {
        var (tokenizer, name) = (encoder.Tokenizer, encoder.Tokenizer.Name);
        Tokenizers.Kind(name).Save(
            tokenizer, encoder.Vocabulary,
            Array.ConvertAll(FilesOf(name, prefix), file => Path.Combine(folder, file)));
    }

    private static TextEncoder Load(TrainingConfiguration c, string name, string folder, string prefix)
    {
        var (tokenizer, vocabulary) = Tokenizers.Kind(name).Load(
            Array.ConvertAll(FilesOf(name, prefix), file => ModelFolder.PathOf(folder, file)));
        return new TextEncoder(tokenizer, vocabulary, NormalizerOf(c));
    }
}
