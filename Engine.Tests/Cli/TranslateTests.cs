using System.Globalization;
using Engine.Decoding;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class TranslateTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void Lines_of_n_best_lists_have_three_fields_whatever_the_text()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["a"], Enumerable.Repeat("red", 20));
        File.WriteAllLines(folder["b"], Enumerable.Repeat("x ||| y", 20));
        Assert.Equal(0, CommandLine.Run(
            ["train", "--source", folder["a"], "--target", folder["b"], "--out", folder["m"], "--preset", "toy",
                "--d-model", "16", "--heads", "2", "--layers", "1", "--d-ff", "32", "--learning-rate", "0.01",
                "--warmup", "5", "--dropout", "0", "--updates", "60"]).Code);
        string[] translate = ["translate", "--model", folder["m"], "--decoder", "beam"];
        var plain = CommandLine.RunOn("red\n", translate).Output.TrimEnd();
        Assert.Contains("|||", plain);
        var lists = CommandLine.RunOn("red\nred\n", [.. translate, "--n-best", "3"]).OutputLines;
        Assert.Equal(6, lists.Length);
        Assert.All(lists, line => Assert.Equal(3, line.Split(" ||| ").Length));
        Assert.StartsWith($"0 ||| {plain.Replace("|||", "&#124;&#124;&#124;")} ||| -", lists[0]);
    }

    [Fact]
    public void Each_line_gives_a_line_and_an_empty_one_an_empty_one()
    {
        var input = string.Concat(
            Enumerable.Range(0, 1200).Select(i => i % 3 == 1 ? "\n" : i % 2 == 0 ? "red blue\r\n" : "pink\n"));
        var result = CommandLine.RunOn(input, "translate", "--model", tiny.Model);
        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Output.Split('\n')[..^1];
        Assert.Equal(1200, lines.Length);
        Assert.All(lines.Index(), line => Assert.Equal(line.Index % 3 == 1, line.Item.Length == 0));
        Assert.Equal(
            result.Output,
            CommandLine.RunOn(
                input, "translate", "--model", tiny.Model, "--threads", "3", "--decoder", "greedy").Output);
    }

    [Fact]
    public void Files_and_pipes_give_the_same_translations()
    {
        using var folder = new TemporaryFolder();
        var piped = CommandLine.RunOn(File.ReadAllBytes(tiny.Source), "translate", "--model", tiny.Model);
        var result = CommandLine.Run(
            "translate", "--model", tiny.Model, "--input", tiny.Source, "--output", folder["out"]);
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
        Assert.Equal(piped.Output, File.ReadAllText(folder["out"]));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void No_input_gives_no_output()
    {
        var result = CommandLine.Run("translate", "--model", tiny.Model);
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
    }

    [Fact]
    public void A_beam_of_one_translates_as_greedy_does_and_threads_do_not_matter()
    {
        const string input = "red blue\n\npink grey green\ngrey\n";
        string Translate(params string[] options) =>
            CommandLine.RunOn(input, ["translate", "--model", tiny.Model, .. options]).Output;
        Assert.Equal(Translate(), Translate("--decoder", "beam", "--beam", "1"));
        var wide = Translate("--decoder", "beam", "--beam", "5", "--length-penalty", "1");
        Assert.Equal(4, wide.Split('\n')[..^1].Length);
        Assert.Equal(
            wide, Translate("--decoder", "beam", "--beam", "5", "--length-penalty", "1", "--threads", "3"));
    }

    [Fact]
    public void The_best_translations_are_listed_with_their_scores()
    {
        var result = CommandLine.RunOn(
            "red blue\n\npink\n", "translate", "--model", tiny.Model, "--decoder", "beam", "--n-best", "3");
        Assert.Equal((0, ""), (result.Code, result.Error));
        var rows = result.OutputLines.Select(line => line.Split(" ||| ")).ToArray();
        Assert.Equal(["0", "0", "0", "1", "2", "2", "2"], rows.Select(row => row[0]));
        Assert.Equal(["1", "", "0.000000"], rows[3]);
        var scores = rows.Where(row => row[0] == "0").Select(row => double.Parse(row[2], CultureInfo.InvariantCulture));
        Assert.Equal(scores.OrderDescending(), scores);
        var best = CommandLine.RunOn("red blue\n", "translate", "--model", tiny.Model, "--decoder", "beam").Output;
        Assert.Equal(best, rows[0][1] + "\n");
    }

    [Fact]
    public void Samples_depend_on_the_seed_and_the_number_of_the_line_not_on_the_threads()
    {
        var input = string.Concat(Enumerable.Repeat("red blue\n", 700)); // more than are translated at once
        string[] sample = ["translate", "--model", tiny.Model, "--decoder", "sample", "--temperature", "2"];
        string Translate(params string[] options) => CommandLine.RunOn(input, [.. sample, .. options]).Output;
        var drawn = Translate();
        Assert.Equal(700, drawn.Split('\n')[..^1].Length);
        Assert.True(drawn.Split('\n').Distinct().Count() > 50);
        Assert.Equal(drawn, Translate("--threads", "3"));
        Assert.NotEqual(drawn, Translate("--seed", "2"));
        var listed = Translate("--n-best", "2", "--top-k", "3", "--top-p", "0.9").Split('\n')[..^1]
            .Select(line => line.Split(" ||| ")).ToArray();
        Assert.Equal(Enumerable.Range(0, 1400).Select(i => $"{i / 2}"), listed.Select(row => row[0]));
        Assert.All(listed, row => Assert.InRange(double.Parse(row[2], CultureInfo.InvariantCulture), -1000, 0));
    }

    [Fact]
    public void The_draws_of_a_line_do_not_depend_on_the_lines_beside_it()
    {
        var model = TranslationModel.Load(tiny.Model);
        var options = new TranslationOptions { Decoder = new SamplingOptions { Temperature = 2 } };
        var lines = Enumerable.Range(0, 20).Select(i => i % 4 == 1 ? "" : "red blue").ToArray();
        var whole = model.Translate(lines, options);
        Assert.Equal(
            whole.Skip(7).Select(found => (found[0].Text, found[0].Score)),
            model.Translate(lines[7..], options, first: 8).Select(found => (found[0].Text, found[0].Score)));
    }

    [Theory]
    [InlineData("greedy")]
    [InlineData("beam")]
    [InlineData("sample")]
    public void Lengths_and_repetitions_follow_the_options(string decoder)
    {
        int[] Words(params string[] options) =>
        [
            .. CommandLine.RunOn(
                "red blue green\n", ["translate", "--model", tiny.Model, "--decoder", decoder, .. options])
                .OutputLines[0].Split(' ').Select(word => word.GetHashCode(StringComparison.Ordinal)),
        ];
        Assert.Equal(9, Words("--min-length", "9", "--max-length", "9").Length);
        Assert.InRange(Words("--max-length", "2").Length, 0, 2);
        // Twice the source's four tokens, and 10.
        Assert.InRange(Words("--min-length", "16").Length, 16, 18);
        Assert.Equal(18, Words("--min-length", "30").Length);
        // 5 words and the unknown one.
        var different = Words("--min-length", "5", "--max-length", "5", "--no-repeat-ngram", "1");
        Assert.Equal(5, different.Distinct().Count());
        string[] nine = ["--min-length", "9", "--max-length", "9"]; // of 6 words some come again
        Assert.Equal(Words(nine), Words([.. nine, "--repetition-penalty", "1"]));
        Assert.NotEqual(Words(nine), Words([.. nine, "--repetition-penalty", "3"]));
    }

    [Theory]
    [InlineData("transformer", "greedy")]
    [InlineData("transformer", "beam")]
    [InlineData("gru", "sample")]
    [InlineData("conv", "beam")]
    public void Unknown_words_are_replaced_by_words_of_the_source(string architecture, string decoder)
    {
        using var folder = new TemporaryFolder();
        // One word has a place in the vocabulary, so that all others are unknown.
        Assert.Equal(0, CommandLine.Run(
        [
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["model"], "--vocab-size", "5",
            "--architecture", architecture, .. TinyRun.Small,
        ]).Code);
        string[] Translate(params string[] options) => CommandLine.RunOn(
            "red blue grey\npink\n\ngrey green\n",
            ["translate", "--model", folder["model"], "--decoder", decoder, "--min-length", "3", .. options])
            .Output.Split('\n')[..^1];
        var (plain, replaced) = (Translate(), Translate("--replace-unknown"));
        Assert.Contains("<unk>", string.Join(' ', plain));
        string[] sources = ["red blue grey", "pink", "", "grey green"];
        for (var i = 0; i < sources.Length; i++)
        {
            var (before, after) = (plain[i].Split(' '), replaced[i].Split(' '));
            Assert.Equal(before.Length, after.Length);
            foreach (var (old, word) in before.Zip(after))
            {
                if (old == "<unk>") Assert.Contains(word, sources[i].Split(' '));
                else Assert.Equal(old, word);
            }
        }
    }

    [Theory]
    [InlineData("greedy")]
    [InlineData("beam")]
    [InlineData("sample")]
    public void Copied_words_are_those_at_the_positions_that_a_normalizing_model_read(string decoder)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(0, CommandLine.Run(
        [
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["model"], "--vocab-size", "5",
            "--nfkc", "--lowercase", .. TinyRun.Small,
        ]).Code);
        const string fractions = "½ Kolibi sees ¾ Marado\nＡＢＣ likes Ｄ\n";
        var result = CommandLine.RunOn(
            fractions,
            "translate", "--model", folder["model"], "--decoder", decoder, "--min-length", "30", "--max-length", "30",
            "--replace-unknown");
        Assert.Equal((0, ""), (result.Code, result.Error));
        string[][] allowed = [["1", "⁄", "2", "Kolibi", "sees", "3", "4", "Marado"], ["ＡＢＣ", "likes", "Ｄ"]];
        var known = TranslationModel.Load(folder["model"]).Target.Vocabulary.TokenOf(4);
        foreach (var (line, words) in result.OutputLines.Zip(allowed))
        {
            var rest = words.Append(known)
                .Aggregate(line, (text, word) => text.Replace(word, "", StringComparison.Ordinal));
            Assert.Equal("", rest.Trim());
        }
    }

    [Fact]
    public void Only_words_can_be_copied_from_the_source()
    {
        using var folder = new TemporaryFolder();
        CommandLine.Run(
        [
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["model"],
            "--target-tokenizer", "char", .. TinyRun.Small,
        ]);
        Assert.Equal(
            "engine: --replace-unknown copies words, but this model's tokenizers are word (source) and char (target); "
            + "leave it out, or train with --tokenizer word.",
            CommandLine.Run("translate", "--model", folder["model"], "--replace-unknown").Mistake());
    }
}
