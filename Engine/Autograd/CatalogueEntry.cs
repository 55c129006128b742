using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// A differentiable operation, layer or model in the catalogue: its name, formula, source file and gradient cases.
/// </summary>
public sealed class CatalogueEntry
{
    private readonly Func<RandomStream, IEnumerable<GradientCase>> samples;

    /// <summary>
    /// An entry with a name, the formula and its derivative in the paper's symbols, and the cases on which the gradient
    /// is checked.
    /// </summary>
    /// <param name="name">The name, which error messages use.</param>
    /// <param name="formula">Forward formula and derivative, one line each.</param>
    /// <param name="samples">The cases that a sweep (<c>engine gradcheck</c>) checks. Its argument draws their numbers:
    /// <c>random => [GradientCase.Of(Samples.Normal(random, [3, 7]), Cube)]</c>. An entry that is in no catalogue needs
    /// none: <c>_ => []</c>.</param>
    /// <param name="source">The source file; the compiler fills it in.</param>
    public CatalogueEntry(
        string name,
        string formula,
        Func<RandomStream, IEnumerable<GradientCase>> samples,
        [CallerFilePath] string source = "")
    {
        Name = name;
        Formula = formula;
        this.samples = samples;
        Source = WithinEngine(source);
    }

    /// <summary>The name, such as <c>LayerNorm</c>.</summary>
    public string Name { get; }

    /// <summary>Forward formula and derivative, one line each.</summary>
    public string Formula { get; }

    /// <summary>The source file, as a path within Engine; for an entry of another project, the full path.</summary>
    public string Source { get; }

    /// <summary>
    /// Whether the operation writes infinities on purpose, as a mask does before a softmax. They are no anomalies.
    /// </summary>
    internal bool WritesInfinities { get; init; }

    /// <summary>The cases on which the gradient is checked; <paramref name="random"/> draws their numbers.</summary>
    public IEnumerable<GradientCase> Samples(RandomStream random) => samples(random);

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    /// <summary>The path within the project that this file belongs to, with forward slashes.</summary>
    private static string WithinEngine(string source, [CallerFilePath] string thisFile = "")
    {
        var engine = Path.GetDirectoryName(Path.GetDirectoryName(thisFile))!;
        var within = Path.GetRelativePath(engine, source);
        return (within.StartsWith("..", StringComparison.Ordinal) ? source : within).Replace('\\', '/');
    }
}
