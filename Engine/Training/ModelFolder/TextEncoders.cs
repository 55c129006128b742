using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>Makes, writes and reads what numbers a model's lines, by what the configuration says of it.</summary>
internal static class TextEncoders
{
    private const string Source = "source_", Target = "target_",
        VocabularyName = "vocab.json", MergesName = "merges.txt";

    /// <summary>How fingerprints are written: what a model lacks leaves no trace, so older ones stay valid.</summary>
    public static JsonSerializerOptions Fingerprints { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The encoders of both sides, learned from a corpus; the tokenizers must be chosen.</summary>
    public static (TextEncoder Source, TextEncoder Target) Learn(
        TrainingConfiguration c, IParallelText corpus, IProgress<WorkProgress>? progress = null)
    {
        var pairs = corpus.Pairs.Counting(progress, "counting words", corpus.Count);
        var (sources, targets) = (pairs.Select(pair => pair.Source), pairs.Select(pair => pair.Target));
        if (c.Sharing != EmbeddingSharing.All)
        {
            return (
                Learn(c, c.SourceTokenizer, sources, progress), Learn(c, c.TargetTokenizer, targets, progress));
        }
        if (IsJoint(c))
        {
            var both = Learn(c, "bpe", sources.Concat(targets), progress);
            return (both, both);
        }
        var (source, target) = (Tokenizers.Create(c.SourceTokenizer), Tokenizers.Create(c.TargetTokenizer));
        var form = FormOf(c);
        var joint = Vocabulary.Build(
            sources.Select(form.Of).Select(source.Split)
                .Concat(targets.Select(form.Of).Select(target.Split)),
            c.VocabSize);
        return (new TextEncoder(source, joint, form), new TextEncoder(target, joint, form));
    }

    /// <summary>The encoder of one side, learned from its lines.</summary>
    public static TextEncoder Learn(
        TrainingConfiguration c, string tokenizer, IEnumerable<string> lines,
        IProgress<WorkProgress>? progress = null)
    {
        var form = FormOf(c);
        lines = lines.Select(form.Of);
        if (tokenizer == "bpe")
        {
            var bpe = BpeTrainer.Train(lines, c.BpeMerges, c.Punctuation == "split", progress);
            return new TextEncoder(bpe, bpe.Vocabulary, form);
        }
        var cut = Tokenizers.Create(tokenizer);
        return new TextEncoder(cut, Vocabulary.Build(lines.Select(cut.Split), c.VocabSize), form);
    }

    /// <summary>The names of the files in a model folder that hold the encoders.</summary>
    public static IReadOnlyList<string> FilesOf(TrainingConfiguration c) =>
        IsJoint(c) ? FilesOf("", "bpe")
        : c.Task == "classify" ? FilesOf(Source, c.SourceTokenizer)
        : [.. FilesOf(Source, c.SourceTokenizer), .. FilesOf(Target, c.TargetTokenizer)];

    /// <summary>Writes the files of both sides.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void Save(TrainingConfiguration c, string folder, TextEncoder source, TextEncoder target)
    {
        Save(folder, source, IsJoint(c) ? "" : Source);
        if (!IsJoint(c)) Save(folder, target, Target);
    }

    /// <summary>Writes the files of the source side alone.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static void SaveSource(string folder, TextEncoder source) => Save(folder, source, Source);

    /// <summary>Reads what <see cref="Save(TrainingConfiguration, string, TextEncoder, TextEncoder)"/> wrote.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static (TextEncoder Source, TextEncoder Target) Load(TrainingConfiguration c, string folder)
    {
        if (!IsJoint(c))
        {
            var (source, target) = (LoadSource(c, folder), Load(c, c.TargetTokenizer, folder, Target));
            if (c.Sharing == EmbeddingSharing.All && source.Vocabulary.Count != target.Vocabulary.Count)
            {
                throw new InputException(
                    $"{Path.Combine(folder, Source + VocabularyName)}: has {source.Vocabulary.Count} tokens, but "
                    + $"{Target + VocabularyName} beside it {target.Vocabulary.Count}, and with --sharing all both "
                    + "hold one vocabulary; restore the files that belong together, or train again.");
            }
            return (source, target);
        }
        var both = Load(c, "bpe", folder, "");
        return (both, both);
    }

    /// <summary>Reads what <see cref="SaveSource"/> wrote.</summary>
    /// <exception cref="InputException">A file is missing or damaged.</exception>
    public static TextEncoder LoadSource(TrainingConfiguration c, string folder) =>
        Load(c, c.SourceTokenizer, folder, Source);

    /// <summary>What a fingerprint covers of an encoder beside its tokens; null where there is nothing.</summary>
    public static IEnumerable<string>? Traits(TextEncoder encoder)
    {
        string[] traits =
        [
            // "TextForm" is the name that the normalizer once had: models that are saved know their fingerprint by it.
            .. encoder.Form == default
                ? []
                : (string[])[$"TextForm {{ Lowercase = {encoder.Form.Lowercase}, Nfkc = {encoder.Form.Nfkc} }}"],
            .. (encoder.Tokenizer as BpeTokenizer)?.Merges.Select(pair => $"{pair.Left} {pair.Right}") ?? [],
        ];
        return traits.Length == 0 ? null : traits;
    }

    private static bool IsJoint(TrainingConfiguration c) =>
        c is { Task: "translate", Sharing: EmbeddingSharing.All, SourceTokenizer: "bpe", TargetTokenizer: "bpe" };

    private static TextNormalizer FormOf(TrainingConfiguration c) => new(c.Lowercase, c.Nfkc);

    private static string[] FilesOf(string prefix, string tokenizer) =>
        tokenizer == "bpe" ? [prefix + VocabularyName, prefix + MergesName] : [prefix + VocabularyName];

    private static void Save(string folder, TextEncoder encoder, string prefix)
    {
        var vocabulary = Path.Combine(folder, prefix + VocabularyName);
        if (encoder.Tokenizer is BpeTokenizer bpe) bpe.Save(vocabulary, Path.Combine(folder, prefix + MergesName));
        else encoder.Vocabulary.Save(vocabulary);
    }

    private static TextEncoder Load(TrainingConfiguration c, string tokenizer, string folder, string prefix)
    {
        var vocabulary = Path.Combine(folder, prefix + VocabularyName);
        if (tokenizer != "bpe")
            return new TextEncoder(Tokenizers.Create(tokenizer), Vocabulary.Load(vocabulary), FormOf(c));
        var bpe = BpeTokenizer.Load(vocabulary, Path.Combine(folder, prefix + MergesName));
        return new TextEncoder(bpe, bpe.Vocabulary, FormOf(c));
    }
}
