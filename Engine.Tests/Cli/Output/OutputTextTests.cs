using System.Text;
using Engine.Decoding;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>A BPE model that is hardly trained, and so spells bytes at random when it samples.</summary>
public sealed class BabblingModel : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public BabblingModel()
    {
        using var tiny = new TinyRun();
        Assert.Equal(0, CommandLine.Run(
        [
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", Model, "--tokenizer", "bpe",
            "--bpe-merges", "10", .. TinyRun.Small[..^1], "2",
        ]).Code);
    }

    public string Model => folder["model"];

    public void Dispose() => folder.Dispose();
}

public sealed class OutputTextTests(BabblingModel babbling) : IClassFixture<BabblingModel>
{
    private const int Lines = 100;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
    private static readonly string Input = string.Concat(Enumerable.Repeat("red green\n", Lines));
    private static readonly string[] Sampling = ["--decoder", "sample", "--temperature", "3", "--min-length", "12"];

    [Fact]
    public void A_sampled_translation_is_one_line_of_valid_text_whatever_bytes_are_drawn()
    {
        using var folder = new TemporaryFolder();
        var result = CommandLine.RunOn(
            Input, ["translate", "--model", babbling.Model, "--output", folder["out"], .. Sampling]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        var text = Strict.GetString(File.ReadAllBytes(folder["out"]));
        AssertLines(text, Lines);
        Assert.Contains('\uFFFD', text);
        Assert.Contains(text, letter => letter < ' ' && letter != '\n'); // what breaks no line stays
        Assert.Equal(
            text, CommandLine.RunOn(Input, ["translate", "--model", babbling.Model, .. Sampling]).Output);
    }

    [Fact]
    public void Lists_of_the_best_have_a_line_for_each_translation()
    {
        var listed = CommandLine.RunOn(
            Input, ["translate", "--model", babbling.Model, "--n-best", "3", .. Sampling]);
        AssertLines(listed.Output, 3 * Lines);
        Assert.All(listed.Output.Split('\n')[..^1], line => Assert.Matches(@"^\d+ \|\|\| .*\|\|\| -?[\d.]+$", line));
    }

    [Fact]
    public void The_translations_of_an_evaluation_have_a_line_for_each_sentence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], Input);
        File.WriteAllText(folder["b"], Input);
        var result = CommandLine.Run(
        [
            "evaluate", "--model", babbling.Model, "--source", folder["a"], "--target", folder["b"],
            "--output", folder["out"], .. Sampling,
        ]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        AssertLines(Strict.GetString(File.ReadAllBytes(folder["out"])), Lines);
    }

    [Fact]
    public void A_library_gets_lines_of_valid_text_from_every_decoder()
    {
        var model = TranslationModel.Load(babbling.Model);
        string[] sources = [.. Enumerable.Repeat("red \uD83D green", Lines)]; // half a pair in the source, too
        DecodingOptions[] decoders =
        [
            new GreedyOptions { MinimumLength = 12, NoRepeatNgram = 1 },
            new BeamOptions { MinimumLength = 12, NoRepeatNgram = 1, NBest = 4 },
            new SamplingOptions { MinimumLength = 12, Temperature = 5, NBest = 2 },
        ];
        foreach (var decoder in decoders)
        {
            var found = model.Translate(sources, new TranslationOptions { Decoder = decoder });
            Assert.Equal(Lines, found.Count);
            foreach (var translation in found.SelectMany(translations => translations))
            {
                Assert.Equal(translation.Text, Strict.GetString(Strict.GetBytes(translation.Text)));
                Assert.DoesNotContain(translation.Text, "\n\v\f\r\u001C\u001D\u001E\u0085\u2028\u2029".Contains);
            }
        }
    }

    [Theory]
    [InlineData("a\nb\r\nc\vd\fe", "a b  c d e")]
    [InlineData("a\u001Cb\u001Dc\u001Ed\u0085e\u2028f\u2029g", "a b c d e f g")]
    [InlineData("a\tb\e[31m\0", "a\tb\e[31m\0")]
    public void Characters_that_end_a_line_become_spaces(string text, string line) =>
        Assert.Equal(line, Engine.Text.LineText.Of(text));

    [Fact]
    public void Half_a_surrogate_pair_becomes_the_replacement_character() =>
        Assert.Equal("😀 \uFFFD \uFFFD", Engine.Text.LineText.Of("😀 \uD83D \uDE00"));

    private static void AssertLines(string text, int count)
    {
        Assert.Equal(count, text.Count(letter => letter == '\n'));
        Assert.EndsWith("\n", text);
        Assert.DoesNotContain(text, "\v\f\r\u001C\u001D\u001E\u0085\u2028\u2029".Contains);
    }
}
