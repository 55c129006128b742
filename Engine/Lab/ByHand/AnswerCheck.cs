namespace Engine.Lab;

/// <summary>How a tensor of an answer compares with the right one.</summary>
/// <param name="Name">The tensor.</param>
/// <param name="IsRight">Whether every element is right.</param>
/// <param name="Error">The largest difference, as a share of the right tensor's largest magnitude.</param>
/// <param name="Place">Where the difference is the largest.</param>
/// <param name="Expected">The right number there.</param>
/// <param name="Actual">The answer's number there.</param>
public sealed record TensorReport(
    string Name, bool IsRight, double Error, string Place, double Expected, double Actual);

/// <summary>A mistake that explains wrong tensors of an answer.</summary>
/// <param name="Mistake">The mistake.</param>
/// <param name="Tensors">The wrong tensors that equal what the mistake gives.</param>
public sealed record FoundMistake(Mistake Mistake, IReadOnlyList<string> Tensors);

/// <summary>How an answer compares with the right one.</summary>
/// <param name="Tensors">The answer's tensors.</param>
/// <param name="Mistakes">The known mistakes that explain wrong tensors, by what they explain.</param>
public sealed record AnswerReport(IReadOnlyList<TensorReport> Tensors, IReadOnlyList<FoundMistake> Mistakes)
{
    /// <summary>Whether every tensor is right.</summary>
    public bool IsRight => Tensors.All(tensor => tensor.IsRight);

    /// <summary>The wrong tensors that no known mistake explains.</summary>
    public IEnumerable<string> Unexplained => Tensors.Where(tensor => !tensor.IsRight).Select(tensor => tensor.Name)
        .Except(Mistakes.SelectMany(found => found.Tensors));
}

/// <summary>Compares answers with the right one, and with what known mistakes give.</summary>
public static class AnswerCheck
{
    /// <summary>The largest difference that counts as equal, as a share of a tensor's largest magnitude.</summary>
    public const double Tolerance = 1e-6;

    /// <summary>Compares an answer with the right one.</summary>
    internal static AnswerReport Of(
        Exercise exercise, ExerciseValues given, ExerciseValues right, ExerciseValues answer)
    {
        TensorReport[] tensors = [.. exercise.Answers.Select(one => Compare(one.Name, right, answer))];
        var unexplained = tensors.Where(tensor => !tensor.IsRight).Select(tensor => tensor.Name).ToHashSet();
        var mistakes = new List<FoundMistake>();
        var known = unexplained.Count == 0
            ? [] : exercise.Mistakes.Select(mistake => (mistake, exercise.Solution(given, mistake))).ToList();
        while (unexplained.Count > 0)
        {
            // The mistake that explains the most tensors; of equal ones, that with the fewest other consequences.
            var best = known
                .Select(one => (
                    Mistake: one.mistake,
                    Equal: unexplained.Where(name => IsEqual(one.Item2[name], answer[name])).ToArray(),
                    Wrong: exercise.Answers.Count(tensor => !IsEqual(right[tensor.Name], one.Item2[tensor.Name]))))
                .OrderByDescending(one => one.Equal.Length).ThenBy(one => one.Wrong).FirstOrDefault();
            if (best.Equal is not { Length: > 0 }) break;
            mistakes.Add(new FoundMistake(best.Mistake, best.Equal));
            unexplained.ExceptWith(best.Equal);
        }
        return new AnswerReport(tensors, mistakes);
    }

    /// <summary>Which mistake gives NaN or infinity in the same places, in words; empty for none.</summary>
    internal static string WhyNotFinite(
        Exercise exercise, ExerciseValues given, string name, Tensor<double> answer,
        Func<Bilingual, string> say)
    {
        var bad = Places(answer);
        var found = bad.Contains(true)
            ? exercise.Mistakes.FirstOrDefault(mistake =>
                Places(exercise.Solution(given, mistake)[name]).SequenceEqual(bad))
            : null;
        return found is null ? "" : $". {say(found.Words)} (museum: {found.Exhibit})";

        static bool[] Places(Tensor<double> x) => Array.ConvertAll(x.ToArray(), value => !double.IsFinite(value));
    }

    /// <summary>Whether every mistake shows in the answer, and no two mistakes give the same answer.</summary>
    internal static bool TellsApart(Exercise exercise, ExerciseValues given)
    {
        ExerciseValues[] answers =
        [
            exercise.Solution(given, null), .. exercise.Mistakes.Select(mistake => exercise.Solution(given, mistake)),
        ];
        return answers.Index().All(one => answers[..one.Index].All(other =>
            exercise.Answers.Any(tensor => !IsEqual(other[tensor.Name], one.Item[tensor.Name]))));
    }

    private static bool IsEqual(Tensor<double> expected, Tensor<double> actual) =>
        Worst(expected, actual).Error <= Tolerance;

    private static TensorReport Compare(string name, ExerciseValues right, ExerciseValues answer)
    {
        var (expected, actual) = (right[name], answer[name]);
        var (at, error) = Worst(expected, actual);
        return new TensorReport(
            name, error <= Tolerance, error, ExerciseValues.Place(expected.Shape, at), expected.ToArray()[at],
            actual.ToArray()[at]);
    }

    private static (int At, double Error) Worst(Tensor<double> expected, Tensor<double> actual)
    {
        var (right, found) = (expected.ToArray(), actual.ToArray());
        var scale = right.Max(Math.Abs);
        if (scale == 0) scale = 1;
        var (at, worst) = (0, 0.0);
        for (var i = 0; i < right.Length; i++)
        {
            var error = right[i].Equals(found[i]) ? 0 : Math.Abs(right[i] - found[i]) / scale;
            if (double.IsNaN(error)) error = double.PositiveInfinity;
            if (error > worst) (at, worst) = (i, error);
        }
        return (at, worst);
    }
}
