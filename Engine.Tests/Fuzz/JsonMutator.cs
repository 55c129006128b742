using System.Text;
using System.Text.Json;

namespace Engine.Tests.Fuzz;

/// <summary>
/// Changes JSON by whole values and keys, so that the result is JSON still and comes past the check of its form. The
/// JSON may follow other bytes, such as a line with the path of a request, and may be several values, as in a log.
/// </summary>
internal static class JsonMutator
{
    private static readonly byte[][] Values =
    [
        .. new[]
        {
            "null", "true", "false", "0", "-1", "1", "2", "0.5", "-0.0", "1e308", "-1e308", "1e999", "1e-320", "65537",
            "2147483647", "2147483648", "-2147483648", "-4294967280", "9223372036854775807", "-9223372036854775808",
            "9223372036854775808", "[]", "{}", "[null]", "[[[[[[[[]]]]]]]]", "{\"a\":{}}", "\"\"", "\" \"", "\"\\n\"",
            "\"\\ud800\"", "\"\\u0000\"", "\"\\u2028\"", "\"𝟙 e\u0301\"", "\"</script><!--\"", "\"../..\"", "\"NaN\"",
        }.Select(Encoding.UTF8.GetBytes),
        [(byte)'"', .. Enumerable.Repeat("red ", 300).SelectMany(Encoding.UTF8.GetBytes), (byte)'"'],
        [(byte)'[', .. Enumerable.Repeat("1,", 1200).SelectMany(Encoding.UTF8.GetBytes), (byte)'1', (byte)']'],
    ];

    /// <summary>A value: where it begins and ends, and where its key begins; -1 for a value without a key.</summary>
    private readonly record struct Part(int Key, int Start, int End);

    /// <summary>Makes one change.</summary>
    /// <param name="bytes">The input, which is changed.</param>
    /// <param name="other">Another input, from which values and keys may come.</param>
    /// <param name="random">Draws the change.</param>
    /// <returns>Whether the input has a value that could be changed.</returns>
    public static bool TryChange(List<byte> bytes, byte[] other, Random random)
    {
        var (own, parts) = ((byte[])[.. bytes], PartsOf([.. bytes]));
        if (parts.Count == 0) return false;
        var theirs = PartsOf(other);
        var part = parts[random.Next(parts.Count)];
        switch (random.Next(6))
        {
            case 0:
                Replace(part.Start, part.End, Values[random.Next(Values.Length)]);
                break;
            case 1 when theirs.Count > 0:
                var value = theirs[random.Next(theirs.Count)];
                Replace(part.Start, part.End, other[value.Start..value.End]);
                break;
            case 2 when theirs.FindAll(member => member.Key >= 0) is { Count: > 0 } members && own[part.Start] == '{':
                var member = members[random.Next(members.Count)];
                var isEmpty = part.End - part.Start == 2;
                Replace(part.Start + 1, part.Start + 1, [.. other[member.Key..member.End], .. isEmpty ? ""u8 : ","u8]);
                break;
            case 3:
                Replace(part.Start, part.Start, [.. own[part.Start..part.End], (byte)',']); // in a list, once more
                break;
            case 4:
                Replace(part.Start, part.End, [(byte)'[', .. own[part.Start..part.End], (byte)']']);
                break;
            default:
                var start = part.Key >= 0 ? part.Key : part.Start;
                var isBeforeOther = part.End < own.Length && own[part.End] == ',';
                var isAfterOther = !isBeforeOther && start > 0 && own[start - 1] == ',';
                Replace(isAfterOther ? start - 1 : start, isBeforeOther ? part.End + 1 : part.End, []);
                break;
        }
        return true;

        void Replace(int from, int to, IReadOnlyList<byte> by)
        {
            bytes.RemoveRange(from, to - from);
            bytes.InsertRange(from, by);
        }
    }

    /// <summary>The values of an input, up to where the input is no longer JSON.</summary>
    private static List<Part> PartsOf(byte[] bytes)
    {
        var parts = new List<Part>();
        var first = bytes.AsSpan().IndexOfAny((byte)'{', (byte)'[');
        if (first < 0) return parts;
        var open = new Stack<(int Key, int Start)>();
        var key = -1;
        var reader = new Utf8JsonReader(
            bytes.AsSpan(first), new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
        try
        {
            while (reader.Read())
            {
                var (start, end) = (first + (int)reader.TokenStartIndex, first + (int)reader.BytesConsumed);
                switch (reader.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        key = start;
                        continue;
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        open.Push((key, start));
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        var (itsKey, itsStart) = open.Pop();
                        parts.Add(new Part(itsKey, itsStart, end));
                        break;
                    default:
                        parts.Add(new Part(key, start, end));
                        break;
                }
                key = -1;
            }
        }
        catch (JsonException)
        {
            // The values before are values still.
        }
        return parts;
    }
}
