using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// A byte-pair encoding and the normalization before it as the file <c>tokenizer.json</c>, which the library
/// <c>tokenizers</c> of Hugging Face reads: in Python, <c>Tokenizer.from_file("tokenizer.json")</c>.
/// </summary>
/// <remarks>
/// The library gives a line the ids that <see cref="Text.TextEncoder.Encode(string)"/> gives, followed by the id of the
/// end, as the network reads a source. Its ids differ from Engine's where a line has
/// <list type="bullet">
/// <item>a ▁, which the library cannot tell from a space; Engine spells it by its bytes;</item>
/// <item>the text of a special token, such as "&lt;eos&gt;", which the library takes for the token;</item>
/// <item>nothing but white space, for which Engine has no ids;</item>
/// <item>with lower-casing, a capital sigma at the end of a word, which Engine turns into the final form, as Python
/// does, and the library into the other;</item>
/// <item>with NFKC or lower-casing, a character that is newer than the version of Unicode that one of the two knows.
/// </item>
/// </list>
/// Ids become the same text, but for bytes that are no text, which a model may choose: Engine writes U+FFFD for a bad
/// byte, the library for each byte of the run that has a bad byte.
/// </remarks>
internal static class TokenizerJson
{
    private const string Spacer = "▁";

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n",
    };

    /// <summary>The files of a model's byte-pair encodings: one file where both sides share an encoding.</summary>
    /// <returns>The name of each file, and what writes it; none for other tokenizers.</returns>
    public static IEnumerable<(string Name, Action<Stream> Write)> FilesOf(TextModel model)
    {
        var target = (model as TranslationModel)?.Target;
        (string Name, Engine.Text.TextEncoder? Encoder)[] sides = model.Source == target
            ? [("tokenizer.json", target)]
            : [("source_tokenizer.json", model.Source), ("target_tokenizer.json", target)];
        foreach (var (name, encoder) in sides)
        {
            if (encoder?.Tokenizer is BpeTokenizer bpe) yield return (name, to => Write(to, bpe, encoder.Normalizer));
        }
    }

    /// <summary>Writes the file of a tokenizer, and of the normalization before it.</summary>
    public static void Write(Stream to, BpeTokenizer tokenizer, TextNormalizer normalizer)
    {
        using var writer = new Utf8JsonWriter(to, Readable);
        Of(tokenizer, normalizer).WriteTo(writer);
    }

    private static JsonObject Of(BpeTokenizer tokenizer, TextNormalizer normalizer)
    {
        var vocabulary = tokenizer.Vocabulary;
        return new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = Special(
                vocabulary, Vocabulary.Pad, Vocabulary.Unknown, Vocabulary.Begin, Vocabulary.End),
            ["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = Normalizers(normalizer) },
            ["pre_tokenizer"] = null,
            ["post_processor"] = End(vocabulary.TokenOf(Vocabulary.End)),
            ["decoder"] = new JsonObject
            {
                ["type"] = "Sequence",
                ["decoders"] = new JsonArray(
                    Replace(Spacer, " "), new JsonObject { ["type"] = "ByteFallback" },
                    new JsonObject { ["type"] = "Fuse" },
                    new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 }),
            },
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["unk_token"] = vocabulary.TokenOf(Vocabulary.Unknown),
                ["byte_fallback"] = true,
                ["vocab"] = new JsonObject(Enumerable.Range(0, vocabulary.Count)
                    .Select(id => KeyValuePair.Create<string, JsonNode?>(vocabulary.TokenOf(id), id))),
                ["merges"] = new JsonArray([.. tokenizer.Merges.Select(pair => $"{pair.Left} {pair.Right}")]),
            },
        };
    }

    private static JsonArray Special(Vocabulary vocabulary, params int[] ids) => new(
        [.. ids.Select(id => new JsonObject
        {
            ["id"] = id, ["content"] = vocabulary.TokenOf(id), ["single_word"] = false, ["lstrip"] = false,
            ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
        })]);

    private static JsonArray Normalizers(TextNormalizer normalizer)
    {
        var steps = new JsonArray();
        if (normalizer.Nfkc) steps.Add(new JsonObject { ["type"] = "NFKC" });
        if (normalizer.Lowercase) steps.Add(new JsonObject { ["type"] = "Lowercase" });
        steps.Add(new JsonObject { ["type"] = "Prepend", ["prepend"] = Spacer });
        steps.Add(Replace(" ", Spacer));
        return steps;
    }

    private static JsonObject Replace(string text, string by) => new()
    {
        ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = text }, ["content"] = by,
    };

    /// <summary>Puts the end after a line's tokens, unless a caller asks for no special tokens.</summary>
    private static JsonObject End(string end)
    {
        JsonObject Line(string name) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = 0 } };
        JsonObject Mark() => new() { ["SpecialToken"] = new JsonObject { ["id"] = end, ["type_id"] = 0 } };
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Line("A"), Mark()),
            ["pair"] = new JsonArray(Line("A"), Mark(), Line("B"), Mark()),
            ["special_tokens"] = new JsonObject
            {
                [end] = new JsonObject
                {
                    ["id"] = end, ["ids"] = new JsonArray(Vocabulary.End), ["tokens"] = new JsonArray(end),
                },
            },
        };
    }
}
