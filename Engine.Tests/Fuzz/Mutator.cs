using System.Globalization;
using System.Text;

namespace Engine.Tests.Fuzz;

/// <summary>Changes inputs at random: bits, bytes, blocks, numbers, and words that readers look for.</summary>
/// <param name="seed">The seed of the changes.</param>
/// <param name="isJson">Whether inputs have JSON: half of the changes then keep them JSON.</param>
internal sealed class Mutator(int seed, bool isJson = false)
{
    private const int MostBytes = 1 << 17;

    private static readonly byte[][] Words =
    [
        .. new[]
        {
            "null", "true", "-1", "0", "1e999", "-1e999", "NaN", "Infinity", "0.5", "2147483647", "2147483648",
            "4294967295", "9223372036854775807", "1e300", "[]", "{}", "\"\"", ",", ":", "\n", "\r", "\r\n", " ", "\t",
            "\\ud800", "\\u0000", "\\n", "\uFEFF", "\u2028", "\u200D", "#version: 0.2", "__metadata__", "F32", "I64",
            "shape", "data_offsets", "dtype", "||| ", "--", "=",
        }.Select(Encoding.UTF8.GetBytes),
        [0xFF, 0xFE], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x1F, 0x8B, 8, 0], [0], [0xFF],
        [0x28, 0xB5, 0x2F, 0xFD], BitConverter.GetBytes(long.MaxValue), BitConverter.GetBytes(-1L),
        BitConverter.GetBytes(float.NaN), BitConverter.GetBytes(float.PositiveInfinity),
    ];

    private readonly Random random = new(seed);

    /// <summary>One of the inputs, at random.</summary>
    public byte[] Pick(IReadOnlyList<byte[]> inputs) => inputs[random.Next(inputs.Count)];

    /// <summary>A changed copy of an input.</summary>
    /// <param name="input">The input.</param>
    /// <param name="other">Another input, from which blocks may come.</param>
    public byte[] Mutate(byte[] input, byte[] other)
    {
        List<byte> bytes = [.. input];
        // One change finds most faults; several together find the faults behind a check.
        for (var changes = 1 << random.Next(4); changes > 0; changes--)
        {
            if (!isJson || random.Next(2) == 0 || !JsonMutator.TryChange(bytes, other, random)) Change(bytes, other);
        }
        return [.. bytes.Take(MostBytes)];
    }

    private void Change(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count + 1);
        var length = Math.Min(bytes.Count - at, 1 + random.Next(1 << random.Next(10)));
        switch (random.Next(9))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 4:
                var from = random.Next(other.Length + 1);
                bytes.InsertRange(at, other.Skip(from).Take(1 + random.Next(256)));
                break;
            case 5:
                bytes.InsertRange(at, Words[random.Next(Words.Length)]);
                break;
            case 6:
                var word = Words[random.Next(Words.Length)];
                bytes.RemoveRange(at, Math.Min(word.Length, bytes.Count - at));
                bytes.InsertRange(at, word);
                break;
            case 7:
                ReplaceNumber(bytes, at);
                break;
            default:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    /// <summary>Replaces the next number in decimal digits by another.</summary>
    private void ReplaceNumber(List<byte> bytes, int at)
    {
        var start = bytes.FindIndex(at, value => char.IsAsciiDigit((char)value));
        if (start < 0) return;
        var end = start;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end])) end++;
        var number = (random.Next(4) switch
        {
            0 => random.Next(-2, 3),
            1 => 1L << random.Next(63),
            2 => random.Next(100_000),
            _ => random.NextInt64(),
        }).ToString(CultureInfo.InvariantCulture);
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, Encoding.ASCII.GetBytes(number));
    }
}
