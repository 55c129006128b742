using Engine.Layers;
using Engine.Models;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The programs that <c>engine export</c> writes read and write text as their models do.</summary>
public sealed class ProgramTextTests
{
    private static readonly string[] Lines =
    [
        "The river, the cat's and don't; it costs 1,000.50 -- or 3.5?",
        "Well-known 'quotes' ... and a \u201Cword\u201D!!!",
        "they 's &apos;re &quot; & rock 'n' roll 's.", "  white\tspace \u00A0 and\u3000more  ", "我现在 爱你。3.5 元，OK？",
        "日本語 の テスト\u3099、カタカナ", "한국어 문장입니다. 좋아요!", "Ελληνικά ΟΔΟΣ ΣΑΣ Σ ΑΣ.Β", "İstanbul IŞIK ıi",
        "हिन्दी में क्षत्रिय",
        "العربية، نص\u200Cقصير", "👨\u200D👩\u200D👧 🏳️\u200D🌈 👍🏽👍🏽", "a\u200Bb c\u00ADd \u200De",
        "￭a ▁b ▁▁ ￭ ▁ 爱￭",
        "x² ½ ﬁ Å ａｂｃ", "<unk> <pad> <0x41> <eos>", "'", "&;", "&a;", "''s",
        "1.", ".5", "a-", "-a", "’tis 8’", "𝒳𝒴 𠀀𠀁 a𝒳",
        "\u0301x e\u0301", "(e.g., this)", "100% #tag @me $5", "--option=value /a/b\\c",
    ];

    [Theory]
    [InlineData("word", "char", EmbeddingSharing.Target, false)]
    [InlineData("char", "word", EmbeddingSharing.All, true)]
    [InlineData("word", "word", EmbeddingSharing.None, true)]
    [InlineData("bpe", "bpe", EmbeddingSharing.All, false)]
    [InlineData("bpe", "bpe", EmbeddingSharing.Target, true)]
    [InlineData("char", "bpe", EmbeddingSharing.Target, false)]
    public void Lines_have_the_ids_that_the_model_gives_them_and_ids_the_text(
        string source, string target, EmbeddingSharing sharing, bool lowercase)
    {
        using var folder = new TemporaryFolder();
        var pairs = Lines.SelectMany(line => Enumerable.Repeat(line, 3)).ToArray();
        var model = TranslationModel.Create(
            new TrainingConfiguration
            {
                DModel = 4, DFf = 4, Heads = 1, Layers = 1, SourceTokenizer = source, TargetTokenizer = target,
                Sharing = sharing, Lowercase = lowercase, BpeMerges = 40, VocabSize = 150,
                Positions = lowercase ? PositionEncoding.Learned : PositionEncoding.Relative, MaxLength = 90,
            },
            ParallelCorpus.Of([.. pairs.Zip(pairs.Reverse())]));
        model.Save(folder["m"]);
        Assert.Equal(0, CommandLine.Run("export", "--model", folder["m"], "--onnx", folder["x"]).Code);

        var text = new ModelText(folder["x"]);
        var random = new Random(3);
        var letters = string.Concat(Lines);
        foreach (var line in Lines.Concat(Enumerable.Range(0, 400).Select(_ => Drawn(random, letters))))
        {
            Assert.Equal(model.Source.Encode(line), text.Encode(line).Select(id => (int)id));
            var ids = model.Target.Encode(line);
            Assert.Equal(model.Target.DecodeLine(ids), text.Decode(ids));
            int[] drawn = [.. Enumerable.Range(0, 8).Select(_ => random.Next(model.TargetTokens))
                .Where(id => id != Vocabulary.End)];
            Assert.Equal(model.Target.DecodeLine(drawn), text.Decode(drawn));
        }
        Assert.Equal(lowercase ? 90 : int.MaxValue, text.KnownPositions);
        foreach (var length in (int[])[1, 7, 60])
            Assert.Equal(model.MaximumLength(new TranslationOptions(), length), text.LongestTranslation(length));
    }

    [Fact]
    public void Labels_are_those_of_the_model()
    {
        using var folder = new TemporaryFolder();
        var model = (ClassificationModel)ModelFolder.Load(ExportedModels.Source("classifier"));
        CommandLine.Run("export", "--model", ExportedModels.Source("classifier"), "--onnx", folder["x"]);
        var text = new ModelText(folder["x"]);
        Assert.Equal(2, model.TargetTokens);
        Assert.Equal(
            Enumerable.Range(0, 2).Select(i => model.Labels.TokenOf(i + 4)), Enumerable.Range(0, 2).Select(text.Label));
        Assert.Equal(model.Source.Encode("the film was good"), text.Encode("the film was good").Select(id => (int)id));
        Assert.Empty(text.Encode(" \t"));
    }

    [Fact]
    public void A_system_without_the_tables_of_a_normalized_form_is_refused()
    {
        using var folder = new TemporaryFolder();
        CommandLine.Run("export", "--model", ExportedModels.Source("gru"), "--onnx", folder["x"]);
        // The tests run without ICU, as the program would on a machine that lacks it.
        Assert.Equal(
            "The model normalizes text to NFKC, for which .NET needs libicu.",
            Assert.Throws<InvalidOperationException>(() => new ModelText(folder["x"])).Message);
    }

    /// <summary>A line of characters of the lines above, in any order.</summary>
    private static string Drawn(Random random, string letters)
    {
        var runes = letters.EnumerateRunes().ToArray();
        return string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => runes[random.Next(runes.Length)]));
    }
}
