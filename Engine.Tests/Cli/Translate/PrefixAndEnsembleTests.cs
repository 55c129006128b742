using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary><c>translate --prefix</c>, and several models.</summary>
public sealed class PrefixAndEnsembleTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    private static readonly string[][] Decoders =
        [["--decoder", "greedy"], ["--decoder", "beam", "--n-best", "3"], ["--decoder", "sample", "--n-best", "2"]];

    [Fact]
    public void Line_n_of_the_prefixes_begins_the_translations_of_line_n()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["prefix"], "PINK unheard\n\nGREY\n");
        const string input = "red blue\nred blue\ngreen pink\n";
        foreach (var decoder in Decoders)
        {
            string[] translate = ["translate", "--model", tiny.Model, .. decoder];
            var result = CommandLine.RunOn(input, [.. translate, "--prefix", folder["prefix"], "--threads", "2"]);
            Assert.Equal((0, ""), (result.Code, result.Error));
            var plain = CommandLine.RunOn(input, translate).OutputLines;
            var n = plain.Length / 3;
            var listed = n > 1;
            Assert.All(result.OutputLines[..n], line => Assert.StartsWith(
                listed ? "0 ||| PINK unheard" : "PINK unheard", line)); // an unknown word is written as it is given
            Assert.Equal(plain[n..(2 * n)], result.OutputLines[n..(2 * n)]);
            Assert.All(result.OutputLines[(2 * n)..], line => Assert.StartsWith(listed ? "2 ||| GREY" : "GREY", line));
        }
        var explained = CommandLine.RunOn(
            input, "translate", "--model", tiny.Model, "--prefix", folder["prefix"], "--explain").OutputLines;
        var translations = explained.Where(line => line[0] != ' ').ToArray();
        Assert.Equal(3, translations.Length);
        Assert.StartsWith("PINK <unk>", translations[0]); // what the decoder read
        Assert.StartsWith("GREY", translations[2]);
    }

    [Fact]
    public void Prefixes_come_from_standard_input_where_the_lines_do_not()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["in"], "red blue\ngreen\n");
        File.WriteAllText(folder["prefix"], "PINK\nGREY\n");
        string[] translate = ["translate", "--model", tiny.Model];
        var named = CommandLine.Run([.. translate, "--input", folder["in"], "--prefix", folder["prefix"]]);
        Assert.StartsWith("PINK", named.Output);
        var piped = CommandLine.RunOn(
            "PINK\nGREY\n", [.. translate, "--input", folder["in"], "--prefix", "-"]);
        Assert.Equal((0, named.Output, ""), (piped.Code, piped.Output, piped.Error));
        Assert.StartsWith(
            $"engine: standard input has 1 lines and {folder["in"]} has more;",
            CommandLine.RunOn("PINK\n", [.. translate, "--input", folder["in"], "--prefix", "-"]).Error);
        foreach (var input in (string[][])[[], ["--input", "-"]])
        {
            Assert.Equal(
                "engine: --input and --prefix cannot both be standard input; name a file for one of them",
                CommandLine.RunOn("red\n", [.. translate, "--prefix", "-", .. input]).Mistake());
        }
    }

    [Fact]
    public void A_prefix_that_cannot_be_is_refused_with_its_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["prefix"], "RED\nRED RED RED\n");
        string[] translate = ["translate", "--model", tiny.Model, "--prefix", folder["prefix"]];
        var result = CommandLine.RunOn("red\nblue\n", [.. translate, "--max-length", "2"]);
        Assert.Equal(2, result.Code);
        Assert.StartsWith("RED", Assert.Single(result.OutputLines)); // the line before it is answered
        Assert.Equal(
            "engine: standard input:2: the forced beginning of the translation has 3 tokens, and the translation may "
            + "have 2; shorten it, or allow longer translations (--max-length).\n", result.Error);
        Assert.Equal(0, CommandLine.RunOn("red\nblue\n", [.. translate, "--max-length", "3"]).Code);
        result = CommandLine.RunOn("red\nblue\ngrey\n", translate);
        Assert.Equal((2, 2), (result.Code, result.OutputLines.Length));
        Assert.StartsWith($"engine: {folder["prefix"]} has 2 lines and standard input has more;", result.Error);
        result = CommandLine.RunOn("red\n", translate);
        Assert.Equal(2, result.Code);
        Assert.StartsWith($"engine: standard input has 1 lines but {folder["prefix"]} has 2;", result.Error);
    }

    [Fact]
    public void Several_models_translate_together()
    {
        using var folder = new TemporaryFolder();
        // Another model of the same text: the targets have one vocabulary, the vocabularies of the sources differ.
        File.WriteAllLines(folder["source"], File.ReadLines(tiny.Source).Select(line => "x " + line));
        Assert.Equal(0, CommandLine.Run(
            ["train", "--source", folder["source"], "--target", tiny.Target, "--out", folder["m"],
                .. TinyRun.OfModel, "--label-smoothing", "0.3"]).Code);
        const string input = "red blue\npink\n\n";
        foreach (var decoder in Decoders)
        {
            CommandResult Translate(params string[] models) => CommandLine.RunOn(
                input, ["translate", .. models.SelectMany(model => (string[])["--model", model]), .. decoder]);
            var alone = Translate(tiny.Model);
            Assert.Equal(TextOf(alone), TextOf(Translate(tiny.Model, tiny.Model)));
            var both = Translate(tiny.Model, folder["m"]);
            Assert.Equal((0, ""), (both.Code, both.Error));
            if (decoder.Contains("beam")) Assert.NotEqual(alone.Output, both.Output);
        }
        var aligned = CommandLine.RunOn(
            input, "translate", "--model", tiny.Model, "--model", folder["m"], "--alignment", "--word-scores");
        Assert.Equal((0, ""), (aligned.Code, aligned.Error));
    }

    [Fact]
    public void Models_that_cannot_translate_together_are_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["target"], File.ReadLines(tiny.Target).Select(line => line.Replace("RED", "ROT")));
        Assert.Equal(0, CommandLine.Run(
            ["train", "--source", tiny.Source, "--target", folder["target"], "--out", folder["m"], .. TinyRun.OfModel])
            .Code);
        var (first, other) = (
            TranslationModel.Load(tiny.Model).Target.Vocabulary, TranslationModel.Load(folder["m"]).Target.Vocabulary);
        var id = Enumerable.Range(0, first.Count).First(i => first.TokenOf(i) != other.TokenOf(i));
        string Mistake(params string[] options) => CommandLine.RunOn("red\n", ["translate", .. options]).Mistake();
        Assert.Equal(
            $"engine: {folder["m"]}: its target vocabulary is not that of {tiny.Model}: token {id} is "
            + $"'{first.TokenOf(id)}' in {tiny.Model} and '{other.TokenOf(id)}' in {folder["m"]}; models translate "
            + "together only if they were trained with the same target text and tokenizer.",
            Mistake("--model", tiny.Model, "--model", folder["m"]));
        Assert.Equal(
            "engine: --explain looks into one model, and there are 2; give one --model.",
            Mistake("--model", tiny.Model, "--model", tiny.Model, "--explain"));
        Assert.StartsWith(
            "engine: --repetition-penalty acts on the logits of one model",
            Mistake("--model", tiny.Model, "--model", tiny.Model, "--repetition-penalty", "2"));
    }

    // Scores of the mean may differ in their last digits.
    private static IEnumerable<string> TextOf(CommandResult result) =>
        result.Output.Split('\n').Select(line => line.LastIndexOf('|') is >= 0 and var at ? line[..(at + 6)] : line);
}
