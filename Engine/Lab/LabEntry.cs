namespace Engine.Lab;

/// <summary>A paper.</summary>
/// <param name="Name">Authors and year.</param>
/// <param name="ArXiv">Its number on arXiv; null for a paper that is not there.</param>
public readonly record struct LabPaper(string Name, string? ArXiv = null);

/// <summary>
/// A page of the book: a question as interviewers ask it, its answer in two lines, and the experiment that decides.
/// </summary>
public sealed record LabEntry
{
    /// <summary>The name, such as <c>adamw-not-l2</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The chapter.</summary>
    public required LabGroup Group { get; init; }

    /// <summary>The question as an interviewer asks it.</summary>
    public required Bilingual Question { get; init; }

    /// <summary>What the notes say, in our words: the claim that the verdict is of.</summary>
    public required Bilingual Claim { get; init; }

    /// <summary>The answer.</summary>
    public required Bilingual Answer { get; init; }

    /// <summary>The rule by which the verdict follows from the figures.</summary>
    public required Bilingual Rule { get; init; }

    /// <summary>What the literature says; it may differ from what a small experiment shows.</summary>
    public required Bilingual Literature { get; init; }

    /// <summary>The ids of the claims that the page is about.</summary>
    public required IReadOnlyList<string> Claims { get; init; }

    /// <summary>The files of the engine that the experiment runs, as paths within the repository.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Tests that hold what the page says, as <c>Class.Method</c>.</summary>
    public IReadOnlyList<string> Tests { get; init; } = [];

    /// <summary>Exhibits of the museum that make the mistake.</summary>
    public IReadOnlyList<string> Exhibits { get; init; } = [];

    /// <summary>The papers.</summary>
    public IReadOnlyList<LabPaper> Papers { get; init; } = [];

    /// <summary>The pages that an interviewer goes on to.</summary>
    public IReadOnlyList<string> Next { get; init; } = [];

    /// <summary>
    /// The view of the inside, of <c>engine serve</c>, that shows the subject at work in a model, such as
    /// <c>attention</c>; null where none does.
    /// </summary>
    public string? View { get; init; }

    /// <summary>What a reader may change.</summary>
    public IReadOnlyList<LabParameter> Parameters { get; init; } = [];

    /// <summary>About how long the experiment takes, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>The verdict at full size with seed 1; tests compare it with what the experiment computes.</summary>
    public required VerdictKind Recorded { get; init; }

    /// <summary>Whether the figures are certain, rather than learned by training.</summary>
    public bool IsCertain { get; init; } = true;

    /// <summary>The experiment.</summary>
    public required Func<LabRun, LabResult> Run { get; init; }
}
