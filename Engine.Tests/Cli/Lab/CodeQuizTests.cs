using System.Text;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Tests.Architecture;

namespace Engine.Tests.Cli;

/// <summary><c>engine lab quiz code</c>: its answers are computed, and stand where it says that they stand.</summary>
public class CodeQuizTests
{
    private static readonly SourceTree Tree = SourceTree.Above(SourceFiles.Root)!;

    public static TheoryData<string> Names => [.. CodeQuestions.All.Select(question => question.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_answer_is_found_in_the_code_and_is_right_when_typed(string name)
    {
        var question = CodeQuestions.All.Single(one => one.Name == name);
        var answer = question.Compute(Tree);
        Assert.NotNull(answer);
        Assert.NotEqual("", answer.Text);
        Assert.True(
            Tree.LineOf(answer.Place.File, answer.Place.Text) > 0,
            $"{answer.Place.File} has no line with '{answer.Place.Text}'");
        Assert.True(answer.Judge(answer.Text));
        Assert.NotEqual(true, answer.Judge("Engine/Nowhere.cs"));
        Assert.NotEqual(true, answer.Judge("-12345"));
        Assert.Null(answer.Judge(""));
        Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", question.Text.Chinese);
        Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", question.Text.English);
    }

    [Fact]
    public void There_are_five_questions_of_each_of_six_kinds()
    {
        Assert.Equal(30, CodeQuestions.All.Select(question => question.Name).Distinct().Count());
        Assert.All(
            Enum.GetValues<CodeQuestionKind>(),
            kind => Assert.Equal(5, CodeQuestions.All.Count(question => question.Kind == kind)));
    }

    [Fact]
    public void Answers_that_are_typed_in_other_words_are_right()
    {
        bool? Judge(string name, string guess) =>
            CodeQuestions.All.Single(question => question.Name == name).Compute(Tree)!.Judge(guess);
        Assert.True(Judge("smooth-labels", "label-smoothing"));
        Assert.True(Judge("progress-stream", "stderr"));
        Assert.True(Judge("verdict-of-adamw", "不成立"));
        Assert.True(Judge("file-of-beam", "Decoding/Beam.cs"));
        Assert.False(Judge("file-of-operation", "Layers/Normalization/LayerNorm.cs"));
        Assert.Null(Judge("file-of-beam", "Beam"));
        Assert.True(Judge("quote-tanh", "dY(1-y^2)"));
        Assert.Null(Judge("quote-theta", "ten thousand"));
    }

    [Fact]
    public void The_quiz_asks_all_questions_and_computed_answers_win()
    {
        var folder = Directory.GetCurrentDirectory();
        var asked = CodeQuestions.Of(1, SourceTree.Above(folder), []).ToList();
        var answers = asked.Select(one => CodeQuestions.All.Single(question => question.Name == one.Name)
            .Compute(SourceTree.Above(folder))!.Text);
        var result = CommandLine.RunOn(string.Join('\n', answers), "lab", "quiz", "code", "--lang", "both");
        Assert.Equal(0, result.Code);
        Assert.Contains($"final score: {asked.Count} of {asked.Count}", result.OutputLines);
        Assert.Contains(result.OutputLines, line => Regex.IsMatch(line, @"^see: Engine[A-Za-z./]*\.cs(:\d+)?$"));
    }

    [Fact]
    public void Without_sources_the_questions_that_need_them_are_skipped_and_named()
    {
        var skipped = new List<string>();
        var asked = CodeQuestions.Of(1, null, skipped).ToList();
        Assert.Equal(["file-of-beam", "file-of-exhibit", "quote-linear"], skipped.Order());
        Assert.Equal(27, asked.Count);
        using var output = new StringWriter { NewLine = "\n" };
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("?\n", 27))));
        var streams = new CommandStreams(input, output, TextWriter.Null);
        Assert.Equal(0, QuizCommand.PlayCode(new QuizOptions { Language = "both" }, streams, sources: null));
        var words = Regex.Replace(output.ToString(), @"\s+", " ");
        var last = words[words.LastIndexOf("skipped ", StringComparison.Ordinal)..];
        Assert.All(skipped, name => Assert.Contains(name, last));
        Assert.EndsWith("they need the sources, in the current folder or above it, or the program's symbols ", last);
        Assert.Contains("跳过了 ", words);
        Assert.Null(SourceTree.Above(Path.GetTempPath()));
    }

    [Fact]
    public void Options_of_pages_are_refused() => Assert.Contains(
        "--threads is for questions on pages; leave it out of lab quiz code",
        CommandLine.Run("lab", "quiz", "code", "--threads", "1").Mistake());
}
