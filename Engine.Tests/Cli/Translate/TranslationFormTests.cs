using System.Text.Json;
using Engine.Decoding;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class TranslationFormTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private const string Input = "red blue\n\npink huge\n";

    [Fact]
    public void Json_has_an_object_for_each_line_with_all_that_is_known_of_its_translations()
    {
        foreach (var decoder in (string[][])
            [[], ["--decoder", "beam", "--n-best", "2"], ["--decoder", "sample", "--n-best", "3"]])
        {
            var result = CommandLine.RunOn(Input, ["translate", "--model", tiny.Model, "--json", .. decoder]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            var plain = CommandLine.RunOn(Input, ["translate", "--model", tiny.Model, .. decoder]).OutputLines;
            var lines = result.OutputLines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
            Assert.Equal([1, 2, 3], lines.Select(line => line.GetProperty("line").GetInt32()));
            Assert.Equal(
                ["red blue", "", "pink huge"], lines.Select(line => line.GetProperty("source").GetString()));
            Assert.Equal(["pink", "huge"], Texts(lines[2].GetProperty("source_tokens")));
            Assert.Equal(["huge"], Texts(lines[2].GetProperty("unknown")));
            Assert.Empty(lines[0].GetProperty("unknown").EnumerateArray());
            var empty = lines[1].GetProperty("translations")[0];
            Assert.Equal(("", 0), (empty.GetProperty("text").GetString(), empty.GetProperty("score").GetDouble()));
            Assert.Equal(0, empty.GetProperty("alignment").GetProperty("pairs").GetArrayLength());
            var found = lines[0].GetProperty("translations");
            if (decoder.Length > 0)
            {
                Assert.Equal(int.Parse(decoder[^1]), found.GetArrayLength());
                Assert.StartsWith($"0 ||| {found[0].GetProperty("text").GetString()} ||| ", plain[0]);
            }
            else
            {
                Assert.Equal(plain[0], found[0].GetProperty("text").GetString());
            }
            foreach (var one in found.EnumerateArray())
            {
                var tokens = one.GetProperty("tokens").EnumerateArray().ToArray();
                Assert.All(tokens, token => Assert.InRange(token.GetProperty("source").GetInt32(), 0, 1));
                var sum = tokens.Sum(token => token.GetProperty("log_probability").GetDouble())
                    + (one.GetProperty("end_log_probability") is { ValueKind: JsonValueKind.Number } end
                        ? end.GetDouble() : 0);
                if (!decoder.Contains("beam")) Assert.Equal(sum, one.GetProperty("score").GetDouble(), 1e-9);
            }
        }
    }

    [Fact]
    public void Fields_after_a_translation_have_its_word_scores_and_its_alignment()
    {
        var model = TranslationModel.Load(tiny.Model);
        var found = model.Translate(
            ["red blue"], new TranslationOptions { LogProbabilities = true, Alignment = true })[0][0];
        var words = found.EndLogProbability is { } end
            ? found.Words!.Append(new TranslatedWord("(end)", end)) : found.Words!;
        var scores = string.Join("  ", words.Select(word =>
            FormattableString.Invariant($"{word.Text} {Math.Exp(word.LogProbability):F3}")));
        string First(params string[] options) =>
            CommandLine.RunOn(Input, ["translate", "--model", tiny.Model, .. options]).Output.Split('\n')[0];
        Assert.Equal($"{found.Text} ||| {scores}", First("--word-scores"));
        Assert.Equal($"{found.Text} ||| {found.Alignment}", First("--alignment"));
        Assert.Equal($"{found.Text} ||| {scores} ||| {found.Alignment}", First("--word-scores", "--alignment"));
        var best = model.Translate(
            ["red blue"], new TranslationOptions { Decoder = new BeamOptions(), Alignment = true })[0][0];
        Assert.Equal(
            FormattableString.Invariant($"0 ||| {best.Text} ||| {best.Alignment} ||| {best.Score:F6}"),
            First("--alignment", "--decoder", "beam", "--n-best", "1"));
        // The translation of an empty line has its fields too.
        Assert.Equal(" |||  ||| \n", CommandLine.RunOn(
            "\n", "translate", "--model", tiny.Model, "--word-scores", "--alignment").Output);
    }

    [Fact]
    public void Word_scores_of_text_that_a_model_spells_byte_by_byte_stay_on_their_line()
    {
        using var folder = new TemporaryFolder();
        var pairs = ParallelCorpus.Of([("red blue", "RED BLUE"), ("pink", "PINK")]);
        TranslationModel.Create(
            new TrainingConfiguration
            {
                SourceTokenizer = "bpe", TargetTokenizer = "bpe", DModel = 8, DFf = 8, Heads = 2, Layers = 1,
            },
            pairs).Save(folder["m"]);
        var result = CommandLine.RunOn(
            string.Concat(Enumerable.Repeat("red blue pink\n", 100)),
            ["translate", "--model", folder["m"], "--decoder", "sample", "--temperature", "3", "--word-scores"]);
        Assert.Equal((0, 100), (result.Code, result.Output.Count(character => character == '\n')));
        Assert.DoesNotMatch("[\v\f\r\u001C\u001D\u001E\u0085\u2028\u2029]", result.Output);
    }

    [Theory]
    [InlineData("--json has the alignment already; leave --alignment out.", "--json", "--alignment")]
    [InlineData("--json has the probability of each word already; leave --word-scores out.",
        "--json", "--word-scores")]
    [InlineData("--json is for programs, and --explain is for people; leave one of them out.", "--json", "--explain")]
    [InlineData("--explain tells more than --word-scores; leave one of them out.", "--explain", "--word-scores")]
    public void Forms_that_exclude_each_other_are_refused(string mistake, params string[] options) =>
        Assert.Equal($"engine: {mistake}", CommandLine.Run(["translate", "--model", tiny.Model, .. options]).Mistake());

    private static IEnumerable<string?> Texts(JsonElement array) =>
        array.EnumerateArray().Select(text => text.GetString());
}
