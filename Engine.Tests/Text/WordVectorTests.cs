using System.IO.Compression;
using System.Text;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

/// <summary>Word vectors in word2vec's text form.</summary>
public sealed class WordVectorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Values_and_words_come_back_from_a_file()
    {
        var vectors = new WordVectors(3);
        string[] words = ["猫", "\u2581the", "\uFEFFx", "a\u00A0b", "\"", "\U0001F600"];
        var random = new RandomStream(4);
        foreach (var word in words)
            vectors.Add(word, [(float)random.NextNormal(), 1e-38f * (float)random.NextNormal(), -0f]);
        vectors.Save(folder["v"]);
        Assert.StartsWith("6 3\n猫 ", File.ReadAllText(folder["v"]));
        var read = WordVectors.Load(folder["v"]);
        Assert.Equal(words, read.Words);
        foreach (var word in words)
            Assert.Equal(vectors.Of(word).ToArray(), read.Of(word).ToArray());
        Assert.True(read.Of("dog").IsEmpty);
        Assert.Empty(read.Neighbours("dog", 3));
    }

    [Fact]
    public void The_form_of_word2vec_itself_is_read_compressed_or_not_and_in_part()
    {
        // The authors' program ends each line with a space; fastText and others may end lines with CRLF.
        var bytes = Encoding.UTF8.GetBytes("3 2\n</s> 0.5 -1e-3 \nthe 1 2 \r\n\u732B 3 .5 \n");
        File.WriteAllBytes(folder["v"], bytes);
        using (var gzip = new GZipStream(File.Create(folder["v.gz"]), CompressionLevel.Fastest)) gzip.Write(bytes);
        foreach (var path in (string[])[folder["v"], folder["v.gz"]])
        {
            var all = WordVectors.Load(path);
            Assert.Equal(["</s>", "the", "猫"], all.Words);
            Assert.Equal([0.5f, -1e-3f], all.Of("</s>").ToArray());
            Assert.Equal([3f, 0.5f], all.Of("猫").ToArray());
            Assert.Equal(["the"], WordVectors.Load(path, keeps: word => word == "the").Words);
        }
    }

    [Theory]
    [InlineData("", ":1: the first line of word vectors must be their number and their dimension (at most 524,288), "
        + "such as '5000 128'")]
    [InlineData("the 1 2\n", ":1: the first line of word vectors")]
    [InlineData("0 2\n", ":1: the first line of word vectors")]
    [InlineData("1 99999999999\n", ":1: the first line of word vectors")]
    [InlineData("2 2\na 1 2\nb 1\n", ":3: the word 'b' has 1 numbers, but line 1 promises 2")]
    [InlineData("1 2\na 1 2 3\n", ":2: the word 'a' has 3 numbers, but line 1 promises 2")]
    [InlineData("1 2\na b 1 2\n", ":2: 'b', after the word 'a', is no finite number; a word must not hold a space")]
    [InlineData("1 2\na 1 NaN\n", ":2: 'NaN', after the word 'a', is no finite number")]
    [InlineData("1 2\na 1 1e999\n", ":2: '1e999', after the word 'a', is no finite number")]
    [InlineData("1 2\na 1  2\n", ":2: '', after the word 'a', is no finite number")]
    [InlineData("1 2\n\n", ":2: the line must have a word, a space and then numbers")]
    [InlineData("1 2\n 1 2\n", ":2: the line must have a word, a space and then numbers")]
    [InlineData("1 1\na 1\nb 1\n", ":3: line 1 promises 1 vectors, and more lines follow")]
    [InlineData("2147483 1\na 1\n", ":2: line 1 promises 2147483 vectors, but the file ends after 1; copy the whole")]
    [InlineData("2 1\na 1\na 2\n", ":3: the word 'a' has a vector already; take one of the two lines out")]
    public void A_damaged_file_is_refused_with_line_rule_and_remedy(string text, string message)
    {
        File.WriteAllText(folder["v"], text);
        var refusal = Assert.Throws<InputException>(() => WordVectors.Load(folder["v"])).Message;
        Assert.StartsWith(folder["v"] + message, refusal);
        Assert.DoesNotContain('\n', refusal);
        Assert.Contains(text.EndsWith("a 2\n") ? "correct the number in line 1" : "'engine embed'", refusal);
    }

    [Fact]
    public void Words_that_the_form_cannot_hold_are_refused()
    {
        foreach (var word in (string[])["", "a b", "a\nb"])
            Assert.Throws<ArgumentException>(() => new WordVectors(1).Add(word, [1]));
    }

    [Theory]
    [InlineData(3e38f)]
    [InlineData(3e20f)]
    [InlineData(1e-25f)]
    [InlineData(1e-40f)]
    public void The_cosine_does_not_depend_on_the_lengths_of_the_vectors(float length)
    {
        var vectors = new WordVectors(2);
        foreach (var (word, x, y) in ((string, float, float)[])[("a", 1, 0), ("far", -1, 0), ("near", 1, 0.5f)])
            vectors.Add(word, [x * length, y * length]);
        var found = vectors.Neighbours("a", 2);
        Assert.Equal(["near", "far"], found.Select(one => one.Word));
        Assert.Equal(1 / Math.Sqrt(1.25), found[0].Cosine, 1e-4);
        Assert.Equal(-1, found[1].Cosine, 1e-6);
    }

    [Fact]
    public void Neighbours_are_ordered_by_their_cosine_and_zeros_are_nobodys()
    {
        var vectors = new WordVectors(2);
        foreach (var (word, x, y) in ((string, float, float)[])
            [("a", 1, 0), ("zero", 0, 0), ("far", -1, 0), ("near", 9, 1), ("nearer", 0.1f, 0)])
            vectors.Add(word, [x, y]);
        Assert.Equal(["nearer", "near", "zero"], vectors.Neighbours("a", 3).Select(found => found.Word));
        Assert.Equal(9 / Math.Sqrt(82), vectors.Neighbours("a", 2)[1].Cosine, 1e-6);
    }
}
