using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Engine.Storage;

/// <summary>
/// A text in JSON, checked as a whole: it is UTF-8 and well-formed, no object has a key twice, and no string has half
/// of a surrogate pair. After these checks no value of the text can fail to be read. A byte-order mark is dropped.
/// </summary>
internal sealed class JsonText
{
    /// <summary>The most bytes of a text.</summary>
    public const int Longest = 100_000_000;

    /// <summary>The most objects and lists within one another.</summary>
    public const int Deepest = 64;

    // The parser's reasons have about 80 characters, but for reasons that quote the text.
    private const int LongestReason = 200;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly string file, remedy;
    private readonly string? part;

    /// <summary>Checks a text.</summary>
    /// <param name="bytes">The text.</param>
    /// <param name="file">What messages call the file.</param>
    /// <param name="part">The part of the file that is JSON; null if the whole file is.</param>
    /// <param name="remedy">What to do about a text that is not as it must be.</param>
    /// <param name="isByHand">Whether a person wrote the text: then it may have comments and trailing commas.</param>
    /// <exception cref="InputException">The text breaks a rule; the message names the place, the rule and the remedy.
    /// </exception>
    public JsonText(ReadOnlyMemory<byte> bytes, string file, string? part, string remedy, bool isByHand = false)
    {
        (this.file, this.part, this.remedy) = (file, part, remedy);
        if (bytes.Length > Longest) throw TooLong(file, part, remedy);
        this.bytes = bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        if (this.bytes.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0) throw Of("is empty, where JSON must be");
        if (!Utf8.IsValid(this.bytes.Span)) throw NotUtf8();
        try
        {
            var comments = isByHand ? JsonCommentHandling.Skip : JsonCommentHandling.Disallow;
            CheckStrings(comments, isByHand);
            Root = JsonDocument.Parse(this.bytes, new JsonDocumentOptions
            {
                MaxDepth = Deepest, CommentHandling = comments, AllowTrailingCommas = isByHand,
            }).RootElement;
        }
        catch (JsonException failure)
        {
            throw NotJson(failure);
        }
    }

    /// <summary>The outermost value.</summary>
    public JsonElement Root { get; }

    /// <summary>The error of a text that is too long.</summary>
    public static InputException TooLong(string file, string? part, string remedy) =>
        new(FormattableString.Invariant(
            $"{FileProblem.OneLine(file)}: {Subject(part)}has more than {Longest:N0} bytes, the most that are read; ")
            + remedy);

    /// <summary>The error of the whole text.</summary>
    public InputException Of(string what) => new($"{FileProblem.OneLine(file)}: {Subject(part)}{what}; {remedy}");

    /// <summary>The error of a value.</summary>
    /// <param name="raw">The value's bytes within the text.</param>
    /// <param name="what">What is wrong.</param>
    public InputException At(ReadOnlySpan<byte> raw, string what)
    {
        bytes.Span.Overlaps(raw, out var offset);
        return new InputException(
            part is null ? $"{Line(Math.Clamp(offset, 0, bytes.Length))}: {what}; {remedy}"
                : $"{FileProblem.OneLine(file)}: {what}; {remedy}");
    }

    private static string Subject(string? part) => part is null ? "" : part + " ";

    /// <summary>The file and the number of the line in which an offset lies.</summary>
    private string Line(int offset) => FormattableString.Invariant(
        $"{FileProblem.OneLine(file)}:{bytes.Span[..offset].Count((byte)'\n') + 1}");

    /// <summary>The error at a byte.</summary>
    private InputException AtByte(int offset, string rule, string reason, Exception? cause)
    {
        var column = offset - bytes.Span[..offset].LastIndexOf((byte)'\n');
        var place = part is null
            ? $"{Line(offset)}: {rule} at byte {column} of the line"
            : $"{FileProblem.OneLine(file)}: {part} is {rule} at byte {offset + 1}";
        var message = $"{place}{reason}; {remedy}";
        return cause is null ? new InputException(message) : new InputException(message, cause);
    }

    private InputException NotUtf8()
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(bytes.Span[offset..], out _, out var read) == System.Buffers.OperationStatus.Done)
            offset += read;
        return AtByte(offset, "not valid UTF-8", "", null);
    }

    private InputException NotJson(JsonException failure)
    {
        var offset = 0;
        for (var line = failure.LineNumber ?? 0; line > 0; line--)
            offset += bytes.Span[offset..].IndexOf((byte)'\n') + 1;
        offset = (int)Math.Min(offset + (failure.BytePositionInLine ?? 0), bytes.Length);
        // The message's first sentence is the reason; the others advise the programmer.
        var reason = failure.Message.Split(" LineNumber:")[0].Split(". ")[0].TrimEnd('.');
        if (reason.Length > LongestReason) reason = "the text is damaged there";
        var isCut = bytes.Span[offset..].IndexOfAnyExcept(" \t\r\n"u8) < 0;
        return AtByte(
            offset, "not valid JSON", isCut ? " (the text ends too early)" : $" ({FileProblem.OneLine(reason)})",
            failure);
    }

    /// <summary>Reads all strings, and refuses a key that an object has twice.</summary>
    private void CheckStrings(JsonCommentHandling comments, bool allowsTrailingCommas)
    {
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions
        {
            MaxDepth = Deepest, CommentHandling = comments, AllowTrailingCommas = allowsTrailingCommas,
        });
        var keys = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    keys.Push(new HashSet<string>(StringComparer.Ordinal));
                    break;
                case JsonTokenType.EndObject:
                    keys.Pop();
                    break;
                case JsonTokenType.PropertyName:
                    var key = TextOf(ref reader);
                    if (keys.Peek().Add(key)) break;
                    throw At(
                        bytes.Span.Slice((int)reader.TokenStartIndex, 1),
                        $"key {FileProblem.Quote(key)} is given twice in one object, and only one value can count");
                case JsonTokenType.String when reader.ValueIsEscaped:
                    TextOf(ref reader);
                    break;
            }
        }
    }

    private string TextOf(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException half)
        {
            throw AtByte(
                (int)reader.TokenStartIndex, "not valid JSON", " (an escape is half of a surrogate pair)", half);
        }
    }
}
