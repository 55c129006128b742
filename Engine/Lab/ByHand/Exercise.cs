namespace Engine.Lab;

/// <summary>A tensor of an exercise.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Dimensions">Its dimensions, separated by spaces, such as <c>B T d</c>; empty for one number.</param>
/// <param name="Meaning">What it is.</param>
/// <param name="IsInteger">Whether its elements are integers (I64) rather than numbers (F64).</param>
public sealed record ExerciseTensor(string Name, string Dimensions, Bilingual Meaning, bool IsInteger = false)
{
    /// <summary>The shape in symbols, such as <c>[B, T, d]</c>.</summary>
    public string Symbols => $"[{string.Join(", ", Names)}]";

    /// <summary>The names of the dimensions.</summary>
    internal string[] Names => Dimensions.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Notes the sizes of the dimensions of a tensor of this shape.</summary>
    internal void Bind(Shape shape, Dictionary<string, int> sizes)
    {
        foreach (var (i, name) in Names.Index()) sizes[name] = shape[i];
    }
}

/// <summary>A mistake that answers make.</summary>
/// <param name="Exhibit">The exhibit of the museum in Engine.Tests that shows it; the mistake's name.</param>
/// <param name="Formula">What is computed, and what should be.</param>
/// <param name="Words">What the reader forgot or mixed up, addressed to the reader.</param>
public sealed record Mistake(string Exhibit, string Formula, Bilingual Words);

/// <summary>
/// A computation to write by hand, forward and backward, in any language: the inputs are given as a file, the answer is
/// a file, and the engine compares.
/// </summary>
public sealed class Exercise
{
    private readonly Func<RandomStream, ExerciseValues> draw;
    private readonly Func<ExerciseValues, string?> refuse;
    private readonly Func<ExerciseValues, ExerciseValues> right;
    private readonly Func<Work, ExerciseValues> solve;

    /// <summary>An exercise.</summary>
    /// <param name="draw">Draws inputs.</param>
    /// <param name="refuse">What inputs must be beyond their shapes: what is wrong with them, or null.</param>
    /// <param name="right">The right answer, by the engine's own operations and its tape.</param>
    /// <param name="solve">
    /// The solution written line by line, gradients included. With a mistake it goes wrong in one place, and gives what
    /// the mistake gives.
    /// </param>
    internal Exercise(
        Func<RandomStream, ExerciseValues> draw, Func<ExerciseValues, string?> refuse,
        Func<ExerciseValues, ExerciseValues> right, Func<Work, ExerciseValues> solve) =>
        (this.draw, this.refuse, this.right, this.solve) = (draw, refuse, right, solve);

    /// <summary>The name, such as <c>layer-norm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is to be written.</summary>
    public required Bilingual Task { get; init; }

    /// <summary>The formulas, a line each.</summary>
    public required IReadOnlyList<string> Formula { get; init; }

    /// <summary>What the formulas do not say.</summary>
    public required Bilingual Remark { get; init; }

    /// <summary>The tensors of <c>inputs.safetensors</c>.</summary>
    public required IReadOnlyList<ExerciseTensor> Inputs { get; init; }

    /// <summary>The tensors of the answer.</summary>
    public required IReadOnlyList<ExerciseTensor> Answers { get; init; }

    /// <summary>The mistakes that the comparison knows by their results.</summary>
    public required IReadOnlyList<Mistake> Mistakes { get; init; }

    /// <summary>A small example with its intermediate numbers; null for none.</summary>
    public Func<IReadOnlyList<LabTable>>? Example { get; init; }

    /// <summary>
    /// New inputs, on which every known mistake gives another answer than the right one and the other mistakes.
    /// </summary>
    /// <param name="seed">The same seed gives the same inputs.</param>
    public ExerciseValues New(long seed)
    {
        const int Attempts = 1000; // about one drawing in three tells the mistakes of a beam apart
        var random = new RandomStream(seed);
        for (var attempt = 0; ; attempt++)
        {
            var given = draw(random.Fork(attempt));
            if (attempt == Attempts || AnswerCheck.TellsApart(this, given)) return given;
        }
    }

    /// <summary>What is wrong with inputs beyond their shapes; null for nothing.</summary>
    internal string? Refuse(ExerciseValues given) => refuse(given);

    /// <summary>The right answer.</summary>
    internal ExerciseValues Right(ExerciseValues given) => right(given);

    /// <summary>The solution's answer.</summary>
    /// <param name="given">The inputs.</param>
    /// <param name="mistake">The mistake that it makes; null for none.</param>
    internal ExerciseValues Solution(ExerciseValues given, Mistake? mistake)
    {
        using var work = new Work(given, mistake?.Exhibit);
        return solve(work);
    }
}
