using System.Security.Cryptography;
using System.Text;
using Engine.Text;

namespace Engine.Tests.Text;

public class PythonTextTests
{
    [Fact]
    public void Every_character_with_a_case_becomes_lower_case_as_by_Python()
    {
        // By Recorders/lower.py.
        (int First, int End)[] ranges =
        [
            (0x0, 0x590), (0x10A0, 0x1100), (0x1E00, 0x2D00), (0xFB00, 0xFB07), (0xFE00, 0x10000), (0x10400, 0x10500),
            (0x1D400, 0x1D800), (0x1F100, 0x1F200),
        ];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in ranges.SelectMany(range => Enumerable.Range(range.First, range.End - range.First)))
        {
            var c = new Rune(value);
            hash.AppendData(Encoding.UTF8.GetBytes(PythonText.Lower($"{c} {c}Σ aΣ{c} aΣ{c}b a{c}Σ\n")));
        }
        Assert.Equal(
            "12D35803653E217B1338A6F3E6435A5E49D6EA62C9721360E5B019B84A9A2462",
            Convert.ToHexString(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData("İSTANBUL ΟΔΟΣ", "i\u0307stanbul οδος")]
    [InlineData("\uD83DΣ aΣ\uDE00 \uD800", "\uD83Dσ aς\uDE00 \uD800")]
    [InlineData("", "")]
    public void Training_and_scoring_have_one_lower_case(string text, string expected)
    {
        Assert.Equal(expected, new TextNormalizer(Lowercase: true, Nfkc: false).Normalize(text));
        Assert.Equal(expected, PythonText.Lower(text));
    }
}
