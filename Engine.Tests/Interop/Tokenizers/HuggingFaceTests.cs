using System.Text;
using Engine.Cli;
using Engine.Text;
using Engine.Training;
using HuggingFaceTokenizer = Tokenizers.DotNet.Tokenizer;
using TextEncoder = Engine.Text.TextEncoder;

namespace Engine.Tests.Interop;

/// <summary>The library <c>tokenizers</c> of Hugging Face reads Engine's byte-pair encoding.</summary>
public sealed class HuggingFaceTests : IDisposable
{
    private const int Spacer = '▁';

    private static readonly IReadOnlyList<string> Lines = TextOfManyLanguages.Lines();

    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData(false, false, true, 3_000)]
    [InlineData(false, false, false, 3_000)]
    [InlineData(true, false, true, 3_000)]
    [InlineData(false, true, true, 3_000)]
    [InlineData(true, true, false, 3_000)]
    [InlineData(false, false, true, 0)]
    public void Lines_of_many_languages_get_the_same_ids_and_the_ids_become_the_same_text(
        bool lowercase, bool nfkc, bool splitsPunctuation, int merges)
    {
        var normalizer = new TextNormalizer(lowercase, nfkc);
        var bpe = BpeTrainer.Train(Lines.Select(normalizer.Normalize), merges, splitsPunctuation);
        var ours = new TextEncoder(bpe, bpe.Vocabulary, normalizer);
        using var theirs = Read(bpe, normalizer);
        var lines = Lines.Where(line => !lowercase || !line.Contains('Σ')).ToArray();
        Assert.True(lines.Length >= 10_000);
        Assert.All(lines, line =>
        {
            var ids = IdsOf(bpe, normalizer, line);
            Assert.Equal([.. ids, (uint)Vocabulary.End], theirs.Encode(line));
            var text = theirs.Decode(ids);
            Assert.Equal(ours.Decode([.. ids.Select(id => (int)id)]), text);
            Assert.Equal(normalizer.Normalize(line), text);
            if (!string.IsNullOrWhiteSpace(line)) Assert.Equal(ids, ours.Encode(line).Select(id => (uint)id));
        });
    }

    // What differs in Unicode's 1,112,064 characters: NFKC where the library's tables are older than Unicode 12.1, and
    // lower case where .NET's are older than Unicode 17.
    [Theory]
    [InlineData(false, false, 0, -1)]
    [InlineData(false, true, 72, 0x32FF)]
    [InlineData(true, false, 28, 0xA7CE)]
    public void Every_character_is_normalized_alike_but_for_newer_ones(
        bool lowercase, bool nfkc, int different, int first)
    {
        var normalizer = new TextNormalizer(lowercase, nfkc);
        var bpe = BpeTrainer.Train([], 0);
        using var theirs = Read(bpe, normalizer);
        bool IsAlike(string line) => IdsOf(bpe, normalizer, line).SequenceEqual(theirs.Encode(line)[..^1]);
        var characters = Enumerable.Range(0, 0x110000).Where(code => code != Spacer && Rune.IsValid(code))
            .Select(code => new Rune(code));
        var found = characters.Chunk(256)
            .Where(chunk => !IsAlike(string.Concat(chunk.Select(rune => $"x{rune}")) + " "))
            .SelectMany(chunk => chunk).Where(rune => !IsAlike($"x{rune}")).ToArray();
        Assert.Equal((different, first), (found.Length, found.Length == 0 ? -1 : found.Min(rune => rune.Value)));
    }

    [Fact]
    public void What_differs_is_what_the_documentation_names()
    {
        var bpe = BpeTrainer.Train([], 0);
        using var theirs = Read(bpe, new TextNormalizer(Lowercase: true, Nfkc: false));
        string[] Tokens(string line) => [.. theirs.Encode(line).Select(id => bpe.Vocabulary.TokenOf((int)id))];
        string Text(params string[] tokens) =>
            theirs.Decode([.. tokens.Select(token => (uint)bpe.Vocabulary.IdOf(token))]);

        Assert.Equal(["▁", "▁", "<eos>"], Tokens("▁"));
        Assert.Equal(["▁", "<0xE2>", "<0x96>", "<0x81>"], bpe.Tokenize("▁"));
        Assert.Equal(["▁", "<0x61>", "<eos>", "▁", "<0x62>", "<eos>"], Tokens("a<eos>b"));
        Assert.Equal(["▁", "<0xCE>", "<0xB1>", "<0xCF>", "<0x83>", "<eos>"], Tokens("ΑΣ")); // σ, where Engine has ς
        Assert.Equal("ας", new TextNormalizer(Lowercase: true, Nfkc: false).Normalize("ΑΣ"));

        // Bytes that are no text, which a model may well choose: the library gives up a whole run of bytes.
        Assert.Equal("你\uFFFD", bpe.Detokenize(["<0xE4>", "<0xBD>", "<0xA0>", "<0xC3>"]));
        Assert.Equal("\uFFFD\uFFFD\uFFFD\uFFFD", Text("<0xE4>", "<0xBD>", "<0xA0>", "<0xC3>"));
    }

    [Fact]
    public void A_model_with_one_encoding_of_both_sides_has_one_file_and_a_model_of_words_none()
    {
        var model = ModelFolder.Load(Fixture("bpe"));
        var (name, write) = Assert.Single(TokenizerJson.FilesOf(model));
        Assert.Equal("tokenizer.json", name);
        using (var to = File.Create(file)) write(to);
        using var theirs = new HuggingFaceTokenizer(file);
        Assert.All(File.ReadLines(Fixture("text.zh")).Concat(File.ReadLines(Fixture("text.en"))), line =>
            Assert.Equal([.. model.Source.Encode(line).Select(id => (uint)id), Vocabulary.End], theirs.Encode(line)));
        Assert.Empty(TokenizerJson.FilesOf(ModelFolder.Load(Fixture("transformer"))));
    }

    private static string Fixture(string name) => TextOfManyLanguages.InRepository("Engine.Tests", "Fixtures", name);

    private static uint[] IdsOf(BpeTokenizer bpe, TextNormalizer normalizer, string line) =>
        [.. bpe.Tokenize(normalizer.Normalize(line)).Select(token => (uint)bpe.Vocabulary.IdOf(token))];

    private HuggingFaceTokenizer Read(BpeTokenizer bpe, TextNormalizer normalizer)
    {
        using (var to = File.Create(file)) TokenizerJson.Write(to, bpe, normalizer);
        return new HuggingFaceTokenizer(file);
    }
}
