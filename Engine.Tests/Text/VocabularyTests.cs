using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class VocabularyTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("engine-").FullName;

    private string VocabularyPath => Path.Combine(folder, "vocab.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Tokens_are_numbered_by_count_then_ordinally_after_the_special_ones()
    {
        var vocabulary = Vocabulary.Build([["b", "a", "c"], ["b", "Z", "a", "b"]]);
        Assert.Equal(["<pad>", "<unk>", "<bos>", "<eos>", "b", "a", "Z", "c"],
            Enumerable.Range(0, vocabulary.Count).Select(vocabulary.TokenOf));
        Assert.Equal(4, vocabulary.IdOf("b"));
        Assert.Equal(Vocabulary.Unknown, vocabulary.IdOf("absent"));
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.TokenOf(8));
    }

    [Fact]
    public void Its_size_and_the_count_of_its_tokens_are_bounded()
    {
        string[][] sentences = [["a", "a", "a", "b", "b", "c"]];
        Assert.Equal(5, Vocabulary.Build(sentences, maximumSize: 5).Count);
        Assert.Equal(6, Vocabulary.Build(sentences, minimumCount: 2).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => Vocabulary.Build(sentences, maximumSize: 3));
    }

    [Fact]
    public void A_text_that_says_pad_does_not_mean_padding()
    {
        var vocabulary = Vocabulary.Build([["<pad>", "<eos>", "a"]]);
        Assert.Equal(5, vocabulary.Count);
        Assert.Equal(Vocabulary.Unknown, vocabulary.IdOf("<pad>"));
        Assert.Equal(Vocabulary.Unknown, vocabulary.IdOf("<eos>"));
    }

    [Fact]
    public void Loading_gives_back_what_was_saved_and_the_file_is_readable()
    {
        var vocabulary = Vocabulary.Build([["爱", "\"", "￭.", "😀", "don't", "\u0001"]]);
        vocabulary.Save(VocabularyPath);
        var loaded = Vocabulary.Load(VocabularyPath);
        Assert.Equal(Enumerable.Range(0, vocabulary.Count).Select(vocabulary.TokenOf),
            Enumerable.Range(0, loaded.Count).Select(loaded.TokenOf));
        Assert.Contains("\"爱\": ", File.ReadAllText(VocabularyPath), StringComparison.Ordinal);
        Assert.Contains("\"don't\": ", File.ReadAllText(VocabularyPath), StringComparison.Ordinal);
        Assert.Equal(["vocab.json"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("[1]", ":1: a vocabulary is a JSON object from token to id")]
    [InlineData("""{"<pad>":0,"<unk>":1,"<bos>":2}""", ": id 3 must be '<eos>'")]
    [InlineData("""{"<unk>":0,"<pad>":1,"<bos>":2,"<eos>":3}""", ": id 0 must be '<pad>'")]
    [InlineData("""{"<pad>":0,"<unk>":1,"<bos>":2,"<eos>":3,"a":"x"}""",
        ":1: the id of token 'a' is '\"x\"', not a whole number")]
    [InlineData("""{"<pad>":0,"<unk>":1,"<bos>":2,"<eos>":3,"a":5}""",
        ":1: token 'a' has id 5, but ids run from 0 to 4")]
    [InlineData("""{"<pad>":0,"<unk>":1,"<bos>":2,"<eos>":3,"a":3}""", ":1: tokens '<eos>' and 'a' have the same id 3")]
    [InlineData("""{"<pad>":0,"<unk>":1,"<bos>":2,"<eos>":3,"a":4,"a":5}""",
        ":1: key 'a' is given twice in one object, and only one value can count")]
    public void A_broken_vocabulary_is_named_with_what_is_wrong(string json, string what)
    {
        File.WriteAllText(VocabularyPath, json);
        var failure = Assert.Throws<InputException>(() => Vocabulary.Load(VocabularyPath));
        Assert.Equal($"{VocabularyPath}{what}; restore the file that was saved with the model", failure.Message);
    }

    [Fact]
    public void Broken_JSON_is_named_with_its_line()
    {
        File.WriteAllText(VocabularyPath, "{\n\"a\": 1,,");
        var failure = Assert.Throws<InputException>(() => Vocabulary.Load(VocabularyPath));
        Assert.StartsWith(
            $"{VocabularyPath}:2: not valid JSON at byte 8 of the line (", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoder_numbers_a_line_and_reads_ids_up_to_the_end()
    {
        var tokenizer = new WordTokenizer();
        var encoder = new TextEncoder(tokenizer, Vocabulary.Build([tokenizer.Tokenize("the cat sleeps.")]));
        var ids = encoder.Encode("the dog sleeps.");
        Assert.Equal(Vocabulary.Unknown, ids[1]);
        Assert.Equal("the <unk> sleeps.",
            encoder.Decode([Vocabulary.Begin, .. ids, Vocabulary.Pad, Vocabulary.End, ids[0]]));
    }

    [Fact]
    public void A_vocabulary_that_could_not_be_read_again_is_not_saved()
    {
        // A control character takes six bytes of JSON.
        var tokens = Enumerable.Range(1, 4).Select(i => new string('\u0001', (100_000_000 / 24) + i));
        Assert.Equal(
            $"{VocabularyPath}: the vocabulary has more than 100,000,000 bytes, the most that are read; give a smaller "
            + "TrainingConfiguration.VocabSize or TrainingConfiguration.BpeMerges",
            Assert.Throws<InputException>(() => Vocabulary.Build([[.. tokens]]).Save(VocabularyPath)).Message);
        Assert.False(File.Exists(VocabularyPath));
    }
}
