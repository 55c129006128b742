using System.Text;

namespace Engine.Text;

/// <summary>
/// The tokens <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>: the UTF-8 bytes of characters that a vocabulary does not
/// hold.
/// </summary>
/// <remarks>
/// Half a surrogate pair, which is not a character, takes the three bytes that UTF-8 would give its number (WTF-8), so
/// that even a broken string comes back.
/// </remarks>
internal static class BpeBytes
{
    /// <summary>The 256 tokens, in the order of the bytes.</summary>
    public static IReadOnlyList<string> Tokens { get; } =
        [.. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>")];

    private static readonly Dictionary<string, byte> Values =
        Tokens.Select((token, value) => (token, value)).ToDictionary(entry => entry.token, entry => (byte)entry.value);

    /// <summary>Whether a token stands for a byte, and which.</summary>
    public static bool TryParse(string token, out byte value) => Values.TryGetValue(token, out value);

    /// <summary>The bytes of a character.</summary>
    /// <param name="text">One character: a scalar value, or half a surrogate pair.</param>
    public static byte[] Of(ReadOnlySpan<char> text)
    {
        if (text is [var half] && char.IsSurrogate(half))
            return [0xED, (byte)(0x80 | ((half >> 6) & 0x3F)), (byte)(0x80 | (half & 0x3F))];
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>Appends the text of bytes; a byte that is not UTF-8 becomes U+FFFD.</summary>
    public static void AppendTo(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (bytes is [0xED, >= 0xA0 and <= 0xBF and var middle, >= 0x80 and <= 0xBF and var last, ..])
            {
                text.Append((char)(0xD000 | ((middle & 0x3F) << 6) | (last & 0x3F)));
                bytes = bytes[3..];
                continue;
            }

            Rune.DecodeFromUtf8(bytes, out var rune, out var length); // U+FFFD where it fails
            text.Append(rune);
            bytes = bytes[length..];
        }
    }
}
