namespace Engine.Tests.Storage;

/// <summary>Damages the bytes of a file at random, by a seed: the same seed gives the same damage.</summary>
internal static class Damage
{
    // What parsers stumble over, beside random bytes.
    private static readonly byte[][] Splices =
    [
        [.. "\"\\ud800\""u8], [.. "1e999"u8], [.. "-1"u8], [.. "null"u8], [.. "{}"u8], [.. "[[[["u8], [.. "NaN"u8],
        [.. "9223372036854775808"u8], [0xFF, 0xFE], [0xED, 0xA0, 0x80], [0], [.. "\"\":"u8], [.. ",,"u8], [.. "\n"u8],
    ];

    /// <summary>Copies of a file, each damaged in another way: bits flipped, cut short, spliced, repeated.</summary>
    public static IEnumerable<byte[]> Of(byte[] whole, int count = 2000, int seed = 1)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var bytes = whole.ToList();
            for (var damages = random.Next(1, 4); damages > 0 && bytes.Count > 0; damages--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(6))
                {
                    case 0 or 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                    case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                    case 3: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                    case 4: bytes.InsertRange(at, Splices[random.Next(Splices.Length)]); break;
                    default:
                        bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 60), bytes.Count - at)));
                        break;
                }
            }
            yield return [.. bytes];
        }
    }

    /// <summary>
    /// Asserts that each damaged copy of a file is read, or is refused with one line that names the file; returns how
    /// many were refused.
    /// </summary>
    public static int IsReadOrRefused(byte[] whole, string name, Action<byte[]> read, int count = 2000)
    {
        var refused = 0;
        foreach (var (i, bytes) in Of(whole, count).Index())
        {
            try
            {
                read(bytes);
            }
            catch (Engine.Storage.InputException mistake)
            {
                refused++;
                Assert.StartsWith(name, mistake.Message);
                Assert.DoesNotContain('\n', mistake.Message);
                Assert.InRange(mistake.Message.Length, name.Length + 10, 2000);
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{name}, damage {i} ({Convert.ToBase64String(bytes)}): {failure}");
            }
        }
        return refused;
    }
}
