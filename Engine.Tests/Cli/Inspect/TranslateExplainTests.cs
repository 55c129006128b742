using System.Globalization;
using System.Text;
using Engine.Cli;
using Engine.Inspection;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class TranslateExplainTests(SavedModels saved) : IClassFixture<SavedModels>
{
    private const string Base = "transformer Sinusoidal translate", Lines = "我们喝茶\n\n老虎爱我们\n你看见老虎\n";

    [Theory]
    [InlineData(Base)]
    [InlineData("transformer Relative translate")]
    [InlineData("gru translate")]
    [InlineData("conv translate")]
    public void Each_word_has_its_probability_where_the_decoder_looked_and_what_else_was_likely(string name)
    {
        var model = (TranslationModel)saved.Model(name);
        var trace = DecodingTracer.Trace(model, "我们喝茶", new TranslationOptions { MaximumLength = 9 });
        var lines = Run("我们喝茶\n", name, "--max-length", "9").Split('\n')[..^1];
        Assert.Equal(1 + trace.Steps.Count, lines.Length);
        foreach (var (i, step) in trace.Steps.Index())
        {
            var row = Assert.Single(step.Rows);
            var tokens = trace.Translations[0].Tokens;
            var id = i < tokens.Count ? tokens[i].Id : Vocabulary.End;
            var chosen = row.Likeliest.Single(token => token.Id == id);
            var last = row.Attention.Last(layer => layer.Kind == "cross");
            var looked = Enumerable.Range(0, trace.Source.Count)
                .Select(key => (Token: trace.Source[key].Text, Mean: last.Weights.Average(head => (double)head[key])))
                .OrderByDescending(one => one.Mean).Take(3);
            var words = lines[i + 1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(
                [
                    i < tokens.Count ? chosen.Text : "(end)", Number(chosen.Probability), "from",
                    .. looked.SelectMany(one => (string[])[one.Token, Number(one.Mean)]), "or",
                    .. row.Likeliest.Where(other => other.Id != id).Take(3).SelectMany(other => (string[])
                        [other.Id == Vocabulary.End ? "(end)" : other.Text, Number(other.Probability)]),
                ],
                words.Select(word => word.TrimEnd(',')));
        }
    }

    [Theory]
    [InlineData("greedy")]
    [InlineData("beam")]
    [InlineData("beam", "--length-penalty", "1", "--n-best", "3")]
    [InlineData("sample", "--seed", "7")]
    [InlineData("sample", "--temperature", "1.5", "--top-k", "20", "--n-best", "3")]
    [InlineData("greedy", "--repetition-penalty", "3", "--max-length", "4")]
    public void Explained_translations_are_the_translations_for_any_decoder_and_any_threads(
        string decoder, params string[] options)
    {
        string[] all = ["--decoder", decoder, .. options];
        var plain = CommandLine.RunOn(Lines, ["translate", "--model", saved.Of(Base), .. all]).Output;
        var explained = Run(Lines, Base, all);
        Assert.Equal(plain, string.Concat(explained.Split('\n')[..^1].Where(line => !line.StartsWith("  "))
            .Select(line => line + "\n")));
        Assert.Equal(explained, Run(Lines, Base, [.. all, "--threads", "1"]));
        // A line for each word, and for the end of a translation that was not cut.
        var words = plain.Split('\n').Sum(line => line.Split(" ||| ") is [_, var middle, _]
            ? Words(middle) : Words(line));
        Assert.InRange(
            explained.Split('\n').Count(line => line.StartsWith("  ")), words, words + plain.Split('\n').Length);

        static int Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
    }

    [Fact]
    public void Files_and_the_prompt_are_explained_too()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["in"], Lines);
        var written = CommandLine.Run(
            "translate", "--model", saved.Of(Base), "--explain", "--input", folder["in"], "--output", folder["out"]);
        Assert.Equal((0, "", ""), (written.Code, written.Output, written.Error));
        Assert.Equal(Run(Lines, Base), File.ReadAllText(folder["out"]));

        var typed = new MemoryStream(Encoding.UTF8.GetBytes(":set --explain\n我们喝茶\n:set --decoder greedy\n我们喝茶\n"));
        var output = new StringWriter { NewLine = "\n" };
        Assert.Equal(0, Program.Run(
            ["translate", "--model", saved.Of(Base)],
            new CommandStreams(typed, output, new StringWriter(), InputIsTerminal: true)));
        Assert.Equal(
            Run("我们喝茶\n", Base) + CommandLine.RunOn("我们喝茶\n", "translate", "--model", saved.Of(Base)).Output,
            output.ToString());
    }

    [Fact]
    public void A_copied_word_has_no_explanation_so_both_options_together_are_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["a"], Enumerable.Repeat("red tea", 9));
        Assert.Equal(0, CommandLine.Run(
        [
            "train", "--source", folder["a"], "--target", folder["a"], "--out", folder["m"], .. TinyRun.Small[..^1],
            "2", "--tokenizer", "word",
        ]).Code);
        Assert.Equal(
            "engine: --explain is about the words that the model chose, and --replace-unknown copies others; leave one "
            + "of them out.",
            CommandLine.RunOn(
                "red\n", "translate", "--model", folder["m"], "--explain", "--replace-unknown").Mistake());
    }

    [Fact]
    public void A_line_that_is_too_long_is_named_after_the_lines_before_it_are_explained()
    {
        var result = CommandLine.RunOn(
            $"我\n{new string('我', 5000)}\n", "translate", "--model", saved.Of(Base), "--explain", "--max-length", "2");
        Assert.Equal(2, result.Code);
        Assert.Equal(CommandLine.RunOn(
            "我\n", "translate", "--model", saved.Of(Base), "--explain", "--max-length", "2").Output, result.Output);
        Assert.StartsWith("engine: standard input:2: the sentence that begins '我我", result.Error);
    }

    private string Run(string text, string name, params string[] options)
    {
        var result = CommandLine.RunOn(text, ["translate", "--model", saved.Of(name), "--explain", .. options]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Output;
    }

    private static string Number(double number) => number.ToString("0.000", CultureInfo.InvariantCulture);
}
