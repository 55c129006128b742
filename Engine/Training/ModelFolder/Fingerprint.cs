using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// The SHA-256 of what gives a model's weights their meaning: options of the model (<see cref="FingerprintOptions"/>),
/// vocabularies, normalizers and merges. The weights are saved with it, so that they are never read beside the
/// vocabularies of another model, whose shapes may be the same: a save that ends halfway leaves such files.
/// </summary>
/// <remarks>
/// The hashed JSON is part of the format of saved models: another key, or another order, gives another fingerprint, and
/// no model saved before would load.
/// </remarks>
internal static class Fingerprint
{
    /// <summary>The fingerprint of a model.</summary>
    /// <param name="configuration">The configuration of the model.</param>
    /// <param name="texts">Its vocabularies and the like, each under a name; empty ones are left out.</param>
    public static string Of(
        TrainingConfiguration configuration, params IEnumerable<(string Name, IReadOnlyList<string> Text)> texts)
    {
        var covered = FingerprintOptions.Of(configuration);
        foreach (var (name, text) in texts)
        {
            if (text.Count > 0) covered[name] = new JsonArray([.. text.Select(token => JsonValue.Create(token))]);
        }
        var hashed = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(hashed)) covered.WriteTo(json);
        return Convert.ToHexStringLower(SHA256.HashData(hashed.WrittenSpan));
    }

    /// <summary>The tokens of a vocabulary from an id on, in the order of their ids.</summary>
    public static IReadOnlyList<string> TokensOf(Vocabulary vocabulary, int first = 0) =>
        [.. Enumerable.Range(first, vocabulary.Count - first).Select(vocabulary.TokenOf)];

    /// <summary>An encoder beside its vocabulary: the normalizer, if it changes text, and the merges.</summary>
    public static IReadOnlyList<string> TraitsOf(TextEncoder encoder)
    {
        var (lowercase, nfkc) = (encoder.Normalizer.Lowercase, encoder.Normalizer.Nfkc);
        // "TextForm" is an earlier name of the normalizer, under which saved models know it.
        string[] normalizer =
            lowercase || nfkc ? [$"TextForm {{ Lowercase = {lowercase}, Nfkc = {nfkc} }}"] : [];
        return [.. normalizer, .. encoder.Tokenizer.LearnedRules];
    }
}
