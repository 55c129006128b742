using Engine.Text;

namespace Engine.Tests.Text;

public sealed class UnknownWordsTests
{
    private static readonly TextEncoder Encoder = new(
        new WordTokenizer(), Vocabulary.Build([["a", "b"]], 100), new TextNormalizer(Lowercase: true, Nfkc: false));

    [Fact]
    public void Unknown_words_are_counted_normalized_the_most_frequent_first()
    {
        var words = new UnknownWords(Encoder);
        foreach (var line in (string[])["a d C", "b", "", "c A e"]) words.Add(line);
        Assert.Equal((7, 4), (words.Tokens, words.Unknown));
        Assert.Equal([("c", 2), ("d", 1), ("e", 1)], words.MostFrequent(5));
        Assert.Equal([("c", 2)], words.MostFrequent(1));
    }

    [Fact]
    public void The_end_of_a_sentence_is_no_word()
    {
        var words = new UnknownWords(Encoder);
        words.Add("a x", [.. Encoder.Encode("a x"), Vocabulary.End]);
        Assert.Equal((2, 1), (words.Tokens, words.Unknown));
    }

    [Fact]
    public void A_text_of_ever_new_words_takes_bounded_memory()
    {
        var words = new UnknownWords(Encoder);
        for (var i = 0; i < 1100; i++)
            words.Add(string.Join(' ', Enumerable.Range(i * 100, 100).Select(word => $"w{word}")));
        words.Add("w0 w109999");
        Assert.Equal(110_002, words.Unknown);
        Assert.Equal(100_000, words.MostFrequent(int.MaxValue).Count);
        Assert.Equal(("w0", 2), words.MostFrequent(1)[0]);
    }
}
