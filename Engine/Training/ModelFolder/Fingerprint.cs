using System.Security.Cryptography;
using System.Text.Json;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// The SHA-256 of what gives a model's weights their meaning: options of the model, vocabularies, normalizers and
/// merges. The weights are saved with it, so that they are not read beside the vocabularies of another model, which
/// may have the same shapes: a save that ends halfway leaves such files.
/// </summary>
/// <remarks>
/// The hashed JSON is part of the format of saved models: another key, or another order, gives another fingerprint, and
/// no model saved before would load.
/// </remarks>
internal static class Fingerprint
{
    /// <summary>
    /// The options that a fingerprint covers, by task. Of <see cref="TrainingConfiguration.KeysOfModel"/> it leaves out
    /// the task, which is checked by itself; the vocabulary's size, merges and punctuation, whose result it covers; the
    /// normalizer's options, which it covers with the encoder; and the kernel and the longest sentence, which are seen
    /// in the weights' shapes.
    /// </summary>
    internal static IReadOnlyDictionary<string, string[]> Options { get; } = new Dictionary<string, string[]>
    {
        ["translate"] =
        [
            nameof(TrainingConfiguration.Architecture), nameof(TrainingConfiguration.SourceTokenizer),
            nameof(TrainingConfiguration.TargetTokenizer), nameof(TrainingConfiguration.DModel),
            nameof(TrainingConfiguration.DFf), nameof(TrainingConfiguration.Heads),
            nameof(TrainingConfiguration.Layers), nameof(TrainingConfiguration.NormFirst),
            nameof(TrainingConfiguration.Normalization), nameof(TrainingConfiguration.NormGroups),
            nameof(TrainingConfiguration.Activation), nameof(TrainingConfiguration.Sharing),
            nameof(TrainingConfiguration.Positions),
        ],
        ["classify"] =
        [
            nameof(TrainingConfiguration.Architecture), nameof(TrainingConfiguration.SourceTokenizer),
            nameof(TrainingConfiguration.DModel), nameof(TrainingConfiguration.DFf),
            nameof(TrainingConfiguration.Heads), nameof(TrainingConfiguration.Layers),
            nameof(TrainingConfiguration.NormFirst), nameof(TrainingConfiguration.NormGroups),
            nameof(TrainingConfiguration.Positions), nameof(TrainingConfiguration.Activation),
            nameof(TrainingConfiguration.Normalization), nameof(TrainingConfiguration.Pooling),
        ],
    };

    /// <summary>The fingerprint of a model.</summary>
    /// <param name="configuration">Its options.</param>
    /// <param name="texts">Its vocabularies and the like, each under a name; empty ones are left out.</param>
    public static string Of(
        TrainingConfiguration configuration, params IEnumerable<(string Name, IReadOnlyList<string> Text)> texts)
    {
        var covered = new OrderedDictionary<string, object>();
        foreach (var name in Options[configuration.Task])
        {
            var value = typeof(TrainingConfiguration).GetProperty(name)!.GetValue(configuration)!;
            covered.Add(name, value is Enum ? value.ToString()! : value);
        }
        foreach (var (name, text) in texts.Where(text => text.Text.Count > 0)) covered.Add(name, text);
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(covered)));
    }

    /// <summary>The tokens of a vocabulary from an id on, in the order of their ids.</summary>
    public static IReadOnlyList<string> TokensOf(Vocabulary vocabulary, int first = 0) =>
        [.. Enumerable.Range(first, vocabulary.Count - first).Select(vocabulary.TokenOf)];

    /// <summary>
    /// What an encoder has beside its vocabulary: its normalizer, if it changes text, and its merges.
    /// </summary>
    public static IReadOnlyList<string> TraitsOf(TextEncoder encoder)
    {
        var (lowercase, nfkc) = (encoder.Normalizer.Lowercase, encoder.Normalizer.Nfkc);
        // "TextForm" is an earlier name of the normalizer, under which saved models know it.
        string[] normalizer =
            lowercase || nfkc ? [$"TextForm {{ Lowercase = {lowercase}, Nfkc = {nfkc} }}"] : [];
        return [.. normalizer, .. encoder.Tokenizer.LearnedRules];
    }
}
