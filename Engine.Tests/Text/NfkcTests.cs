using System.Security.Cryptography;
using System.Text;
using Engine.Text;

namespace Engine.Tests.Text;

public class NfkcTests
{
    [Theory]
    [InlineData("ﬁ ＡＢ① ㌀ ½", "fi AB1 アパート 1⁄2")]
    [InlineData("e\u0323\u0302", "\u1EC7")]
    [InlineData("e\u0302\u0323", "\u1EC7")] // the order of marks of different classes says nothing
    [InlineData("a\u0315\u0300", "\u00E0\u0315")]
    [InlineData("a\u0300\u0300", "\u00E0\u0300")]
    [InlineData("\u1112\u1161\u11AB \u1100\u1161 \uAC00\u11A8", "한 가 각")]
    [InlineData("\u0958", "\u0915\u093C")] // excluded from composition
    [InlineData("\u0301a", "\u0301a")]
    [InlineData("\uD83Dﬁ\uDE00", "\uD83Dfi\uDE00")]
    [InlineData("", "")]
    public void Characters_are_taken_apart_put_in_order_and_composed(string text, string expected) =>
        Assert.Equal(expected, Nfkc.Of(text));

    [Fact]
    public void Many_marks_are_put_in_order_in_a_moment()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var text = "a" + string.Concat(Enumerable.Repeat("\u0315\u0323", 200_000));
        var expected = "\u1EA1" + new string('\u0323', 199_999) + new string('\u0315', 200_000);
        Assert.Equal(expected, Nfkc.Of(text));
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Every_character_among_marks_has_the_form_that_Python_gives_it()
    {
        // By Recorders/nfkc.py --hash, from Python's unicodedata 14.0.0: SHA-256 of
        // normalize("NFKC", "a" + c + "\u0301" + c + "\u0323") + "\n" over all c.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var value = 0; value < 0x110000; value++)
        {
            if (Rune.TryCreate(value, out var c))
                hash.AppendData(Encoding.UTF8.GetBytes(Nfkc.Of($"a{c}\u0301{c}\u0323") + "\n"));
        }

        Assert.Equal(
            "E291BFAF253983053414B145C1067E270C7139116DB76FE4B9849BF7F9036FF3",
            Convert.ToHexString(hash.GetHashAndReset()));
    }
}
