using Engine.Lab;
using Engine.Tests.Museum;

namespace Engine.Tests.Lab;

/// <summary>The exercises to write by hand: what they know of right and wrong answers.</summary>
public class ByHandTests
{
    public static TheoryData<string> Names => [.. Exercises.All.Select(exercise => exercise.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_solution_written_line_by_line_agrees_with_the_engine(string name)
    {
        foreach (var seed in (long[])[1, 2, 3])
        {
            var (exercise, given) = Given(name, seed);
            var right = exercise.Right(given);
            var solution = exercise.Solution(given, null);
            foreach (var one in exercise.Answers)
            {
                Assert.Equal(right[one.Name].Shape, solution[one.Name].Shape);
                Close.To(right[one.Name].ToArray(), solution[one.Name].ToArray(), 1e-11);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_known_mistake_is_named_and_no_other(string name)
    {
        foreach (var seed in (long[])[1, 2, 3])
        {
            var (exercise, given) = Given(name, seed);
            var right = exercise.Right(given);
            foreach (var mistake in exercise.Mistakes)
            {
                var report = AnswerCheck.Of(exercise, given, right, exercise.Solution(given, mistake));
                Assert.False(report.IsRight);
                Assert.Equal([mistake.Exhibit], report.Mistakes.Select(found => found.Mistake.Exhibit));
                Assert.Empty(report.Unexplained);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_exercise_knows_three_mistakes_or_more_in_both_languages(string name)
    {
        var (exercise, _) = Given(name, 1);
        Assert.True(exercise.Mistakes.Count >= 3);
        Bilingual[] texts =
        [
            exercise.Task, exercise.Remark, .. exercise.Mistakes.Select(mistake => mistake.Words),
            .. exercise.Inputs.Concat(exercise.Answers).Select(tensor => tensor.Meaning),
        ];
        Assert.All(texts, text => Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", text.English));
        Assert.All(texts[..2], text => Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", text.Chinese));
        Assert.All(texts, text => Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs} *[,;:?]", text.Chinese));
    }

    [Fact]
    public void The_names_of_the_inputs_tell_the_exercise() => Assert.Equal(
        Exercises.All.Count,
        Exercises.All.Select(exercise => string.Join(' ', exercise.Inputs.Select(one => one.Name).Order()))
            .Distinct().Count());

    [Fact]
    public void Every_mistake_is_an_exhibit_of_the_museum()
    {
        var exhibits = MuseumTests.All.ToDictionary(exhibit => exhibit.Name, exhibit => exhibit.Fault);
        foreach (var mistake in Exercises.All.SelectMany(exercise => exercise.Mistakes))
        {
            Assert.True(exhibits.TryGetValue(mistake.Exhibit, out var fault), mistake.Exhibit);
            Assert.Equal(fault, mistake.Formula);
        }
    }

    [Fact]
    public void Two_mistakes_in_one_answer_are_both_named()
    {
        var (exercise, given) = Given("layer-norm", 1);
        var right = exercise.Right(given);
        var (noMean, gamma) = (Solution("lacks the term of the mean"), Solution("Gamma's"));
        var answer = new ExerciseValues
        {
            { "y", right["y"] }, { "dX", noMean["dX"] }, { "dGamma", gamma["dGamma"] },
            { "dBeta", right["dBeta"].Shape, [.. right["dBeta"].ToArray().Select(value => value + 1)] },
        };
        var report = AnswerCheck.Of(exercise, given, right, answer);
        Assert.Equal(
            ["Gamma's gradient is that of beta", "LayerNorm's gradient lacks the term of the mean"],
            report.Mistakes.Select(found => found.Mistake.Exhibit).Order());
        Assert.Equal(["dBeta"], report.Unexplained);

        ExerciseValues Solution(string part) =>
            exercise.Solution(given, exercise.Mistakes.Single(mistake => mistake.Exhibit.Contains(part)));
    }

    private static (Exercise Exercise, ExerciseValues Given) Given(string name, long seed)
    {
        var exercise = Exercises.All.Single(one => one.Name == name);
        return (exercise, exercise.New(seed));
    }
}
