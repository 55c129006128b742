using Engine.Text;

namespace Engine.Tests.Text;

public sealed class SourceWordsTests
{
    [Theory]
    [InlineData("½ Kolibi sees ¾ Marado", false, "1 ￭⁄ ￭2 Kolibi sees 3 ￭⁄ ￭4 Marado")]
    [InlineData("½ Kolibi sees ¾ Marado", true, "1 ￭⁄ ￭2 Kolibi sees 3 ￭⁄ ￭4 Marado")]
    [InlineData("ＡＢＣ likes Ｄ", true, "ＡＢＣ likes Ｄ")]
    [InlineData("Anna's DOG, Rex.", true, "Anna's DOG ￭, Rex ￭.")]
    [InlineData("我　在 家", true, "我 ▁在 ▁家")]
    [InlineData("x … y", true, "x ... y")] // one token, "...", is one word of the line, "…"
    public void A_word_that_can_be_copied_stands_at_each_position_that_the_model_read(
        string line, bool lowercase, string expected)
    {
        var normalizer = new TextNormalizer(lowercase, Nfkc: true);
        var tokenizer = new WordTokenizer();
        var encoder = new TextEncoder(tokenizer, Vocabulary.Build([]), normalizer);
        var words = SourceWords.Of(encoder, line);
        Assert.Equal(encoder.Encode(line).Length, words.Count);
        Assert.Equal(expected.Replace("x ...", "x …", StringComparison.Ordinal), string.Join(' ', words));
    }

    [Property]
    public void There_is_a_word_for_each_token_whatever_the_line(string? any, Draw draw)
    {
        foreach (var line in (string[])[any ?? "", draw.Text("½ﬁＡ①．．.'’-我在　 aBİΣ,1,.5\u0301\uD83D\u2025")])
        {
            foreach (var lowercase in (bool[])[false, true])
            {
                foreach (var nfkc in (bool[])[false, true])
                {
                    var encoder = new TextEncoder(
                        new WordTokenizer(), Vocabulary.Build([]), new TextNormalizer(lowercase, nfkc));
                    if (string.IsNullOrWhiteSpace(line)) continue;
                    var words = SourceWords.Of(encoder, line);
                    var read = encoder.Tokenizer.Tokenize(encoder.Normalizer.Normalize(line));
                    Assert.Equal(read.Count, words.Count);
                    // A word differs from its token in spelling alone.
                    foreach (var (word, token) in words.Zip(read))
                    {
                        Assert.Equal(
                            encoder.Normalizer.Normalize(token.TrimStart('￭', '▁')),
                            encoder.Normalizer.Normalize(word.TrimStart('￭', '▁')));
                    }
                }
            }
        }
    }
}
