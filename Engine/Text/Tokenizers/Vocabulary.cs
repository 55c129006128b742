using System.Text.Encodings.Web;
using System.Text.Json;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Tokens and their ids, 0 to <see cref="Count"/> - 1. The first four ids are special tokens.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine.Text;
///
/// var vocabulary = Vocabulary.Build([["the", "cat"], ["the", "dog"]]);
/// Console.WriteLine($"{vocabulary.Count} {vocabulary.IdOf("the")} {vocabulary.TokenOf(5)}");     // prints: 7 4 cat
/// Console.WriteLine(vocabulary.IdOf("bird") == Vocabulary.Unknown);    // prints: True
/// ]]></code>
/// </example>
public sealed class Vocabulary
{
    /// <summary>The id of padding, which fills the rows of a padded rectangle beyond a sentence's end.</summary>
    public const int Pad = 0;

    /// <summary>The id of all tokens that the vocabulary does not hold.</summary>
    public const int Unknown = 1;

    /// <summary>The id with which the decoder begins.</summary>
    public const int Begin = 2;

    /// <summary>The id that ends a sentence.</summary>
    public const int End = 3;

    private const string Remedy = "restore the file that was saved with the model";

    private static readonly string[] Specials = ["<pad>", "<unk>", "<bos>", "<eos>"];

    private static readonly JsonWriterOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Indented = true,
        NewLine = "\n",
    };

    private readonly List<string> tokens;
    private readonly Dictionary<string, int> ids;

    private Vocabulary(List<string> tokens)
    {
        this.tokens = tokens;
        ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (var id = Specials.Length; id < tokens.Count; id++)
            ids.Add(tokens[id], id);
    }

    /// <summary>The number of tokens, special ones included.</summary>
    public int Count => tokens.Count;

    /// <summary>
    /// The tokens of <paramref name="sentences"/>, the most frequent first and equally frequent ones in ordinal order,
    /// so that the same corpus always gives the same ids.
    /// </summary>
    /// <param name="sentences">The tokens of each sentence.</param>
    /// <param name="maximumSize">The most tokens of the vocabulary, the four special ones included.</param>
    /// <param name="minimumCount">How often a token must occur.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum leaves no room for the special tokens.</exception>
    public static Vocabulary Build(
        IEnumerable<IReadOnlyList<string>> sentences, int maximumSize = int.MaxValue, int minimumCount = 1)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumSize, Specials.Length);
        var counter = new TextCounter();
        foreach (var token in sentences.SelectMany(sentence => sentence)) counter.Add(token);
        var held = counter.Counts
            .Where(entry => entry.Value >= minimumCount && !IsSpecial(entry.Key))
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(maximumSize - Specials.Length)
            .Select(entry => entry.Key);
        return new Vocabulary([.. Specials, .. held]);
    }

    /// <summary>The special tokens, and then <paramref name="tokens"/>, which differ, in their order.</summary>
    internal static Vocabulary Of(IEnumerable<string> tokens) => new([.. Specials, .. tokens]);

    /// <summary>Whether a token reads like a special one.</summary>
    internal static bool IsSpecial(string token) => Specials.Contains(token);

    /// <summary>
    /// The id of a token of the text, or <see cref="Unknown"/>. A text that happens to contain "&lt;pad&gt;" does not
    /// mean padding: only the constants give the ids of special tokens.
    /// </summary>
    public int IdOf(string token) => ids.GetValueOrDefault(token, Unknown);

    /// <summary>The token of an id.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The id is not one of the vocabulary.</exception>
    public string TokenOf(int id)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(id);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, Count);
        return tokens[id];
    }

    /// <summary>
    /// Writes the vocabulary as a JSON object from token to id, one token a line, in the order of the ids.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written, or would be too long to be read.</exception>
    public void Save(string path)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            for (var id = 0; id < Count; id++)
                json.WriteNumber(tokens[id], id);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        if (bytes.Length > JsonText.Longest)
            throw JsonText.TooLong(
                path, "the vocabulary",
                "give a smaller TrainingConfiguration.VocabSize or TrainingConfiguration.BpeMerges");
        AtomicFile.Write(path, stream => bytes.WriteTo(stream));
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InputException">
    /// There is no such file, or it is not a JSON object that gives each id 0 .. n - 1 to exactly one token and the
    /// first four to the special tokens; the message names the file and what is wrong.
    /// </exception>
    public static Vocabulary Load(string path) => Of(JsonInput.Read(path, Remedy));

    /// <summary>Reads a stream that holds what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <exception cref="InputException">As <see cref="Load"/>.</exception>
    internal static Vocabulary Read(Stream stream, string name) => Of(JsonInput.Read(stream, name, Remedy));

    private static Vocabulary Of(JsonInput json)
    {
        var entries = json.Properties("a vocabulary is a JSON object from token to id").ToArray();
        var byId = new string?[entries.Length];
        foreach (var entry in entries)
        {
            var token = FileProblem.Quote(entry.Key);
            if (!entry.TryWhole(out var id))
                throw entry.Wrong($"the id of token {token} is {entry.Quoted}, not a whole number");
            if (id < 0 || id >= byId.Length)
                throw entry.Wrong($"token {token} has id {id}, but ids run from 0 to {byId.Length - 1}");
            if (byId[id] is { } other)
                throw entry.Wrong($"tokens {FileProblem.Quote(other)} and {token} have the same id {id}");
            byId[id] = entry.Key;
        }

        for (var id = 0; id < Specials.Length; id++)
        {
            if (id >= byId.Length || byId[id] != Specials[id])
                throw json.WrongWhole($"id {id} must be '{Specials[id]}'");
        }

        return new Vocabulary([.. byId.Select(token => token!)]);
    }
}
