using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Engine.Storage;

/// <summary>
/// A value of a JSON file, and the only way in which the engine reads JSON. Whatever is wrong with a file becomes an
/// <see cref="InputException"/> with the file, the place, the rule and the remedy: the bytes are checked when the file
/// is read (<see cref="JsonText"/>), kinds and ranges by whoever reads a value.
/// </summary>
internal readonly struct JsonInput
{
    private readonly JsonText text;

    private JsonInput(JsonText text, JsonElement element, string key = "") =>
        (this.text, Element, Key) = (text, element, key);

    /// <summary>The value; all strings in it can be read.</summary>
    public JsonElement Element { get; }

    /// <summary>The key under which an object has the value; empty for other values.</summary>
    public string Key { get; }

    /// <summary>The value as it stands in the file, quoted, and shortened if it is long.</summary>
    public string Quoted => FileProblem.Quote(Element.GetRawText());

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="remedy">What to do about a file that is not as it must be; it ends each message.</param>
    /// <param name="isByHand">Whether a person writes the file: then it may have comments and trailing commas.</param>
    /// <exception cref="InputException">The file cannot be read, or is not JSON.</exception>
    public static JsonInput Read(string path, string remedy, bool isByHand = false)
    {
        using var stream = InputFile.Open(path);
        return Read(stream, path, remedy, isByHand);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The stream, which may be a pipe; it stays open.</param>
    /// <param name="name">What messages call the stream.</param>
    /// <param name="remedy">What to do about a text that is not as it must be.</param>
    /// <param name="isByHand">Whether a person writes the text: then it may have comments and trailing commas.</param>
    /// <exception cref="InputException">The stream cannot be read, or is not JSON.</exception>
    public static JsonInput Read(Stream stream, string name, string remedy, bool isByHand = false)
    {
        try
        {
            if (stream.CanSeek && stream.Length > JsonText.Longest) throw JsonText.TooLong(name, null, remedy);
            using var held = new MemoryStream();
            var chunk = new byte[1 << 16];
            for (int count; (count = stream.Read(chunk)) > 0;)
            {
                held.Write(chunk, 0, count);
                if (held.Length > JsonText.Longest) throw JsonText.TooLong(name, null, remedy);
            }
            var text = new JsonText(held.GetBuffer().AsMemory(0, (int)held.Length), name, null, remedy, isByHand);
            return new JsonInput(text, text.Root);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(name, "read", failure);
        }
    }

    /// <summary>Reads a part of a file.</summary>
    /// <param name="json">The part's text.</param>
    /// <param name="file">What messages call the file.</param>
    /// <param name="part">What messages call the part, such as "the header"; null for a whole file.</param>
    /// <param name="remedy">What to do about a text that is not as it must be.</param>
    /// <exception cref="InputException">The text is not JSON.</exception>
    public static JsonInput Parse(ReadOnlyMemory<byte> json, string file, string? part, string remedy)
    {
        var text = new JsonText(json, file, part, remedy);
        return new JsonInput(text, text.Root);
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, string, string?, string)"/>
    public static JsonInput Parse(string json, string file, string? part, string remedy) =>
        // A lone surrogate becomes U+FFFD: it can only come from a text that has been checked already.
        Parse(Encoding.UTF8.GetBytes(json), file, part, remedy);

    /// <summary>The values of an object, each with its key, in the order of the file.</summary>
    /// <param name="rule">What is wrong if the value is no object.</param>
    /// <exception cref="InputException">The value is no object.</exception>
    public IEnumerable<JsonInput> Properties(string rule)
    {
        if (Element.ValueKind != JsonValueKind.Object) throw Wrong(rule);
        var owner = text;
        return Element.EnumerateObject().Select(property => new JsonInput(owner, property.Value, property.Name));
    }

    /// <summary>The values of a list.</summary>
    /// <param name="rule">What is wrong if the value is no list.</param>
    /// <exception cref="InputException">The value is no list.</exception>
    public IEnumerable<JsonInput> Items(string rule)
    {
        if (Element.ValueKind != JsonValueKind.Array) throw Wrong(rule);
        var owner = text;
        return Element.EnumerateArray().Select(item => new JsonInput(owner, item));
    }

    /// <summary>The value, if it is a whole number of 64 bits without fraction and exponent.</summary>
    public bool TryWhole(out long number)
    {
        number = 0;
        return Element.ValueKind == JsonValueKind.Number && Element.TryGetInt64(out number);
    }

    /// <summary>The value, if it is a number that a double can hold: <c>1e999</c> is none.</summary>
    public bool TryNumber(out double number)
    {
        number = 0;
        return Element.ValueKind == JsonValueKind.Number && Element.TryGetDouble(out number)
            && double.IsFinite(number);
    }

    /// <summary>The value, if it is a text.</summary>
    public bool TryText(out string found)
    {
        found = Element.ValueKind == JsonValueKind.String ? Element.GetString()! : "";
        return Element.ValueKind == JsonValueKind.String;
    }

    /// <summary>The error of this value, with its place and the remedy.</summary>
    /// <param name="what">What is wrong.</param>
    public InputException Wrong(string what) => text.At(JsonMarshal.GetRawUtf8Value(Element), what);

    /// <summary>The error of the whole text, where no value is to blame.</summary>
    /// <param name="what">What is wrong.</param>
    public InputException WrongWhole(string what) => text.Of(what);
}
