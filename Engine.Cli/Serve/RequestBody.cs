using System.Text.Json;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>
/// A JSON object that a request gives: each key is known and its value of the right kind, or the request is refused.
/// A value of null counts as left out.
/// </summary>
internal sealed class RequestBody
{
    private const int LongestList = 1000;

    private readonly Dictionary<string, JsonElement> values = new(StringComparer.Ordinal);
    private readonly string what;

    /// <summary>An object with keys.</summary>
    /// <param name="what">What messages call the object, such as <c>/translate</c>.</param>
    /// <param name="body">The object.</param>
    /// <param name="keys">The keys that it may have.</param>
    /// <exception cref="InputException">The value is no object, or has another key.</exception>
    public RequestBody(string what, JsonElement body, params IReadOnlyList<string> keys)
    {
        this.what = what;
        if (body.ValueKind != JsonValueKind.Object)
            throw new InputException($"{what}: the body must be a JSON object, such as {{}}, not {Shown(body)}.");
        foreach (var property in body.EnumerateObject())
        {
            var name = NameOf(property);
            if (!keys.Contains(name)) throw Unknown(name, keys);
            if (property.Value.ValueKind != JsonValueKind.Null) values[name] = property.Value;
        }
    }

    /// <summary>Whether a key is given.</summary>
    public bool Has(string key) => values.ContainsKey(key);

    /// <summary>The text of a key that must be given.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Text(string key) => TextOrNull(key) ?? throw Missing(key);

    /// <summary>A text; null if it is not given.</summary>
    /// <exception cref="InputException">The value is no text.</exception>
    public string? TextOrNull(string key) => values.TryGetValue(key, out var value) ? TextOf(key, value) : null;

    /// <summary>A line of text.</summary>
    /// <exception cref="InputException">There is none, or the text has several lines.</exception>
    public string Line(string key) => LineOrNull(key) ?? throw Missing(key);

    /// <summary>A line of text; null if it is not given.</summary>
    /// <exception cref="InputException">The value is no text, or has several lines.</exception>
    public string? LineOrNull(string key) =>
        TextOrNull(key) is not { } text ? null
        : text.AsSpan().ContainsAny('\n', '\r') ? throw Wrong(key, "must be one line: a sentence", values[key])
        : text;

    /// <summary>A whole number; null if it is not given.</summary>
    /// <exception cref="InputException">The value is no whole number from <paramref name="least"/> to
    /// <paramref name="most"/>.</exception>
    public long? Whole(string key, long least = long.MinValue, long most = long.MaxValue)
    {
        if (!values.TryGetValue(key, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
            throw Wrong(key, "must be a whole number", value);
        return number >= least && number <= most ? number
            : throw Wrong(key, FormattableString.Invariant($"must be {least} to {most}"), value);
    }

    /// <summary>A number; null if it is not given.</summary>
    /// <exception cref="InputException">The value is no number.</exception>
    public double? Number(string key) =>
        !values.TryGetValue(key, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : throw Wrong(key, "must be a number", value);

    /// <summary>True or false; false if it is not given.</summary>
    /// <exception cref="InputException">The value is neither.</exception>
    public bool Flag(string key) =>
        values.TryGetValue(key, out var value) && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(key, "must be true or false", value),
        };

    /// <summary>A list of texts; null if it is not given.</summary>
    /// <exception cref="InputException">The value is no list of texts, or is too long.</exception>
    public IReadOnlyList<string>? Texts(string key) => ItemsOrNull(key)?.Select(item => TextOf(key, item)).ToArray();

    /// <summary>A list; empty if it is not given.</summary>
    /// <exception cref="InputException">The value is no list, or is too long.</exception>
    public IReadOnlyList<JsonElement> Items(string key) => ItemsOrNull(key) ?? [];

    /// <summary>A value as it is; null if it is not given.</summary>
    public JsonElement? Value(string key) => values.TryGetValue(key, out var value) ? value : null;

    /// <summary>The error of a key's value.</summary>
    public InputException Wrong(string key, string rule) => Wrong(key, rule, values[key]);

    private InputException Wrong(string key, string rule, JsonElement value) =>
        new($"{what}: '{key}' {rule}, not {Shown(value)}.");

    private InputException Missing(string key) => new($"{what}: '{key}' is missing; add it to the JSON object.");

    private InputException Unknown(string name, IReadOnlyList<string> keys)
    {
        var guess = Nearest.To(name, keys) is { } near ? $"; did you mean '{near}'?" : ".";
        var all = keys.Count > 0 ? $"The keys are {string.Join(", ", keys)}." : "It takes no keys.";
        return new InputException($"{what}: key '{Cut(name)}' is not known{guess} {all}");
    }

    private JsonElement[]? ItemsOrNull(string key)
    {
        if (!values.TryGetValue(key, out var value)) return null;
        if (value.ValueKind != JsonValueKind.Array) throw Wrong(key, "must be a list", value);
        return value.GetArrayLength() <= LongestList
            ? [.. value.EnumerateArray()]
            : throw new InputException(
                $"{what}: '{key}' has {value.GetArrayLength()} items; give {LongestList} at most.");
    }

    private string TextOf(string key, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String) throw Wrong(key, "must be a text", value);
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException half)
        {
            throw new InputException(
                $"{what}: '{key}' is not valid text (half of a surrogate pair); send whole characters.", half);
        }
    }

    private string NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException half)
        {
            throw new InputException($"{what}: a key is not valid text; send whole characters.", half);
        }
    }

    private static string Shown(JsonElement value) => Cut(value.GetRawText());

    /// <summary>A text of a request, made short enough for a message.</summary>
    public static string Cut(string text)
    {
        const int longest = 60;
        if (text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)] + "...";
    }
}
