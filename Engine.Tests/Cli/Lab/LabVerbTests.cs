using System.Text.Json;
using Engine.Charts;
using Engine.Cli;
using Engine.Lab;

namespace Engine.Tests.Cli;

public class LabVerbTests
{
    [Fact]
    public void The_contents_have_every_page_with_its_verdict()
    {
        var result = CommandLine.Run("lab", "--lang", "both");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((2 * LabCatalogue.All.Count) + 2, result.OutputLines.Length);
        Assert.Contains(result.OutputLines, line => line.Contains("adamw-not-l2") && line.EndsWith("does not hold"));
        Assert.Contains(result.OutputLines, line => line.Contains("adamw-not-l2") && line.EndsWith("不成立"));
    }

    [Fact]
    public void A_page_says_its_rule_before_the_figures_and_its_verdict_after_them()
    {
        var lines = CommandLine.Run("lab", "softmax-1-2-10", "--lang", "en").OutputLines.ToList();
        var (rule, figures) = (
            lines.FindIndex(line => line.StartsWith("rule:")), lines.FindIndex(line => line.StartsWith("dK = 64")));
        Assert.True(rule > 0 && rule < figures && figures < lines.FindIndex(line => line.StartsWith("verdict: HOLDS")));
        Assert.Contains("--largest 10 (the largest logit)", string.Join('\n', lines));
    }

    [Fact]
    public void A_parameter_changes_the_experiment_and_JSON_has_its_value()
    {
        var usual = Json("lab", "softmax-1-2-10", "--json");
        var changed = Json("lab", "softmax-1-2-10", "--largest", "3", "--json");
        Assert.Equal("holds", usual.GetProperty("verdict").GetString());
        Assert.Equal("does_not_hold", changed.GetProperty("verdict").GetString());
        Assert.Equal(3, changed.GetProperty("parameters").GetProperty("largest").GetDouble());
        Assert.Equal(
            0.99954, usual.GetProperty("tables")[0].GetProperty("rows")[0].GetProperty("values")[2].GetDouble(), 1e-5);

        static JsonElement Json(params string[] arguments) =>
            JsonDocument.Parse(CommandLine.Run(arguments).Output).RootElement;
    }

    [Fact]
    public void A_training_that_diverges_keeps_the_loss_that_the_page_names()
    {
        var json = JsonDocument.Parse(CommandLine.Run(
            "lab", "clip-and-explode", "--size", "quick", "--gain", "10", "--rate", "10", "--json").Output).RootElement;
        double[] Losses(int line) =>
        [
            .. json.GetProperty("pictures")[0].GetProperty("lines")[line].GetProperty("points").EnumerateArray()
                .Select(point => point[1].GetDouble()),
        ];
        Assert.Equal([1e9, 1e9], Losses(0)[^2..]);
        Assert.All(Losses(1), loss => Assert.InRange(loss, 0, 100)); // clipped
    }

    [Fact]
    public void A_word_finds_pages_in_both_languages()
    {
        Assert.Contains("shuffle-the-words", CommandLine.Run("lab", "find", "掩码").Output);
        Assert.Contains("minus-1e9", CommandLine.Run("lab", "find", "padding").Output);
        Assert.Equal(1, CommandLine.Run("lab", "find", "nothing-has-this-word").Code);
    }

    [Theory]
    [InlineData("no page or chapter is called 'adamw-not-l3'; did you mean adamw-not-l2?", "adamw-not-l3")]
    [InlineData("unknown option --lamda of lab; did you mean --lambda?", "adamw-not-l2", "--lamda", "1")]
    [InlineData("unknown option --lambda of lab", "saddle", "--lambda", "1")]
    [
        InlineData(
            "--noise is '5'; it must be 1E-06 to 1: the deviation of the gradient's noise", "saddle", "--noise", "5")
    ]
    [
        InlineData(
            "engine lab takes one name, not 2; write engine lab saddle, or engine lab all", "saddle", "rotate-by-k")
    ]
    [InlineData("engine lab find needs a word; write engine lab find 残差", "find")]
    public void Mistakes_are_told_in_one_line(string message, params string[] arguments) =>
        Assert.Contains(message, CommandLine.Run(["lab", .. arguments]).Mistake());

    [Fact]
    public void No_page_and_no_chapter_is_called_as_a_part_of_the_verb() => Assert.All(LabVerb.Parts, part =>
    {
        Assert.Empty(LabCatalogue.Find(part.Name));
        Assert.Contains($"engine lab {part.Usage.Call}", CommandLine.Run("lab", "--help").Output);
    });

    [Fact]
    public void Several_pages_end_with_a_line_that_counts_the_verdicts()
    {
        var result = CommandLine.Run("lab", "regularization", "--lang", "en");
        Assert.Matches("^[0-9]+ pages: .*; all as recorded$", result.OutputLines[^1]);
        Assert.Equal((0, ""), (result.Code, result.Error)); // and no progress, for nobody watches
        var json = CommandLine.Run("lab", "regularization", "--json", "--seed", "2", "--lang", "en");
        Assert.All(json.OutputLines, line => JsonDocument.Parse(line).Dispose());
        Assert.EndsWith("the book records verdicts of seed 1 at full size\n", json.Error);
    }

    [Fact]
    public void The_contents_are_JSON_or_lines_that_fit_a_narrow_terminal()
    {
        var lines = CommandLine.Run("lab", "--json").OutputLines;
        Assert.Equal(
            LabCatalogue.All.Select(entry => entry.Name),
            lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("name").GetString()));
        foreach (var language in LabLanguage.Both)
        {
            using var output = new StringWriter { NewLine = "\n" };
            LabContents.WriteNarrow(LabCatalogue.All, language, output, 39);
            Assert.All(output.ToString().Split('\n'), line => Assert.InRange(TextColumns.Of(line), 0, 40));
            Assert.All(LabCatalogue.All, entry => Assert.Contains(entry.Name, output.ToString()));
        }
    }

    [Fact]
    public void The_progress_of_pages_is_weighted_by_their_seconds_and_has_the_time_left()
    {
        var time = new SteppedTime(TimeSpan.Zero);
        using var error = new StringWriter { NewLine = "\n" };
        var streams = new CommandStreams(Stream.Null, TextWriter.Null, error, ErrorIsTerminal: true) { Time = time };
        LabEntry Page(string name, double seconds) => LabCatalogue.All[0] with { Name = name, Seconds = seconds };
        using var progress = new LabProgress([Page("a", 10), Page("b", 30)], streams);
        progress.Begin(Page("a", 10));
        time.Pass(10);
        progress.Report(0.5);
        Assert.EndsWith("pages 1 of 2, a  12%  1:10 left\r", error.ToString());
        time.Pass(10); // twice the seconds that the page says
        progress.End();
        progress.Begin(Page("b", 30));
        time.Pass(30);
        progress.Report(0.5);
        Assert.Contains("pages 2 of 2, b  62%  0:30 left", error.ToString());
    }

    [Theory]
    [InlineData("no page or chapter is called 'bok'; did you mean book?", "bok")]
    [InlineData("no page or chapter is called 'atention'; did you mean attention?", "atention")]
    [InlineData("--html writes pages that are computed; write engine lab all --html F", "--html", "f")]
    [InlineData("option --out is missing; write engine lab book --out DIR", "book")]
    public void Mistakes_of_names_and_of_the_book_are_told_in_one_line(string message, params string[] arguments) =>
        Assert.Contains(message, CommandLine.Run(["lab", .. arguments]).Mistake());

    [Fact]
    public void No_line_of_a_Chinese_text_ends_with_an_opening_mark_or_begins_with_a_closing_one()
    {
        const string Text = "手撕多头注意力（前向和反向），怎么知道写对了？“残差（residual）”《论文》";
        for (var columns = 8; columns < 60; columns++)
        {
            var lines = LabText.Wrap(Text, columns).Concat(ChartText.Wrap(Text, columns * 6)).ToArray();
            Assert.All(lines, line => Assert.DoesNotMatch("[（“《]$|^ *[），？”》]", line));
            Assert.Equal(Text + Text, string.Concat(lines.Select(line => line.Trim())));
        }
    }
}
