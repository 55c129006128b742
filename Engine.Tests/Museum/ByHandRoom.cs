using Engine.Lab;

namespace Engine.Tests.Museum;

/// <summary>
/// Mistakes in solutions of the exercises of <c>engine lab write</c>, which the other rooms do not show: each is a
/// line-by-line solution with one wrong place, and its twin is the engine's own computation.
/// </summary>
internal static class ByHandRoom
{
    /// <summary>The exhibits, without the exhibits of other rooms.</summary>
    public static IEnumerable<Exhibit> ExhibitsBeside(IEnumerable<Exhibit> others)
    {
        var shown = others.Select(exhibit => exhibit.Name).ToHashSet();
        return
            from exercise in Exercises.All
            from mistake in exercise.Mistakes
            where shown.Add(mistake.Exhibit)
            select new Exhibit(mistake.Exhibit, mistake.Formula, Witness.Twin, isWrong =>
            {
                var given = exercise.New(seed: 1);
                var answer = exercise.Solution(given, isWrong ? mistake : null);
                var report = AnswerCheck.Of(exercise, given, exercise.Right(given), answer);
                return report.IsRight ? null : report.Tensors.First(tensor => !tensor.IsRight).ToString();
            });
    }
}
