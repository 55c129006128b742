using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Lab;

namespace Engine.Tests.Cli;

/// <summary><c>engine lab quiz</c>: questions on the pages of the book.</summary>
public class QuizTests
{
    private static readonly string[] Verdicts =
        ["holds", "holds if", "does not hold", "not shown at this size"];

    [Fact]
    public void Right_guesses_win_and_the_figures_say_why()
    {
        // A wrong guess shows the answer, and the same seed asks the same again. 3 is a verdict and a number.
        var lines = Ask("3\n3\n3\n", "--questions", "3").OutputLines;
        var answers = lines.Where(line => line.StartsWith("it is: ") || line.StartsWith("verdict: ")).ToList();
        var guesses = new List<string>();
        for (var i = 0; i < answers.Count; i++)
        {
            if (answers[i].StartsWith("it is: ")) guesses.Add(answers[i++]["it is: ".Length..]);
            else guesses.Add((Array.FindLastIndex(Verdicts, answers[i]["verdict: ".Length..].StartsWith) + 1).ToString(
                CultureInfo.InvariantCulture));
        }
        Assert.Equal(3, guesses.Count);
        Assert.Contains(lines, line => line.StartsWith("In the row "));
        Assert.Contains(lines, line => line == "Does the claim hold?");
        var result = Ask(string.Join('\n', guesses), "--questions", "3");
        Assert.Equal("final score: 3 of 3", result.OutputLines[^1]);
        Assert.Equal(3, result.OutputLines.Count(line => line == "You are right."));
    }

    [Fact]
    public void A_wrong_guess_is_told_and_its_page_is_named_at_the_end()
    {
        // softmax-1-2-10 holds.
        var seed = SeedThatAsks("softmax-1-2-10", "Does the claim hold?");
        var result = CommandLine.RunOn("no\n", "lab", "quiz", "softmax-1-2-10", "--lang", "en", "--seed", seed);
        Assert.Equal((0, "> "), (result.Code, result.Error));
        Assert.Contains("That is not right.", result.OutputLines);
        Assert.Contains(result.OutputLines, line => line.StartsWith("verdict: holds ("));
        Assert.Contains(result.OutputLines, line => line.StartsWith("answer: "));
        Assert.Equal(["final score: 0 of 1", "look again at: softmax-1-2-10"], result.OutputLines[^2..]);
    }

    [Fact]
    public void A_figure_within_a_tenth_is_right()
    {
        var seed = SeedThatAsks("heads-cost", "In the row ");
        var figure = double.Parse(
            Regex.Match(Figure("1e300").Output, "it is: (.*)").Groups[1].Value, NumberStyles.Any,
            CultureInfo.InvariantCulture);
        bool IsRight(double guess) =>
            Figure(guess.ToString(CultureInfo.InvariantCulture)).Output.Contains("You are right.");
        Assert.True(IsRight(figure * 1.09));
        Assert.False(IsRight(figure * 1.12));

        CommandResult Figure(string guess) =>
            CommandLine.RunOn(guess + "\n", "lab", "quiz", "heads-cost", "--lang", "en", "--seed", seed);
    }

    [Fact]
    public void A_question_mark_gives_up_and_shows_the_answer()
    {
        var result = CommandLine.RunOn("?\n", "lab", "quiz", "code", "--lang", "en", "--questions", "1");
        Assert.Contains("That is not right.", result.OutputLines);
        Assert.Contains(result.OutputLines, line => line.StartsWith("answer: "));
        Assert.Contains("final score: 0 of 1", result.OutputLines);
    }

    [Fact]
    public void What_is_not_understood_is_asked_again_and_q_ends_with_the_score()
    {
        var result = Ask("perhaps\n\nq\n3\n");
        Assert.Equal(0, result.Code);
        Assert.Contains(result.OutputLines, line => line.StartsWith("'perhaps' is not understood; type "));
        Assert.Contains(result.OutputLines, line => line.StartsWith("'' is not understood; type "));
        Assert.Equal("final score: 0 of 0", result.OutputLines[^1]);
        Assert.Equal("final score: 0 of 0", Ask("").OutputLines[^1]); // the end of the input
    }

    [Fact]
    public void The_seed_decides_the_questions()
    {
        string First(string seed) => string.Join('\n', Ask("", "--seed", seed).OutputLines[..5]);
        Assert.Equal(First("1"), First("1"));
        Assert.True(new[] { "1", "2", "3", "4" }.Select(First).Distinct().Count() > 2);
    }

    [Fact]
    public void Both_languages_are_spoken()
    {
        var result = CommandLine.RunOn("3\n", "lab", "quiz", "positions", "--lang", "both", "--questions", "1");
        foreach (var words in (string[])["问：", "question: ", "总分：1 题对", "final score: "])
            Assert.Contains(words, result.Output);
    }

    [Theory]
    [InlineData("no page or chapter is called 'optimisers'; did you mean optimizers?", "optimisers")]
    [InlineData("--questions is 0; it must be at least 1", "--questions", "0")]
    [InlineData("unknown option --question of lab quiz; did you mean --questions?", "--question", "1")]
    public void Mistakes_are_told_in_one_line(string message, params string[] arguments) =>
        Assert.Contains(message, CommandLine.Run(["lab", "quiz", .. arguments]).Mistake());

    [Fact]
    public void Pages_that_train_are_asked_about_only_with_an_option()
    {
        var trains = LabCatalogue.All.First(entry => !entry.IsCertain);
        Assert.Contains(
            $"the pages of {trains.Name} train; add --training to be asked about them",
            CommandLine.Run("lab", "quiz", trains.Name).Mistake());
        Assert.Equal(0, CommandLine.RunOn("q\n", "lab", "quiz", trains.Name, "--training").Code);
        Assert.Contains("engine lab quiz GROUP", CommandLine.Run("lab", "quiz", "--help").Output);
    }

    private static CommandResult Ask(string answers, params string[] options)
    {
        var result = CommandLine.RunOn(answers, ["lab", "quiz", "normalization", "--lang", "en", .. options]);
        Assert.Equal(0, result.Code);
        return result;
    }

    private static string SeedThatAsks(string page, string words) => Enumerable.Range(1, 50)
        .Select(seed => seed.ToString(CultureInfo.InvariantCulture))
        .First(seed => CommandLine.RunOn("", "lab", "quiz", page, "--lang", "en", "--seed", seed).Output
            .Contains(words));
}
