using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// A differentiable operation, layer or model in the catalogue: its name, formula, source file and gradient cases.
/// </summary>
public sealed class CatalogueEntry
{
    private readonly Func<RandomStream, IEnumerable<GradientCase>> samples;

    /// <summary>
    /// An operation with its name, its formula and derivative in the paper's symbols, and the cases on which its
    /// gradient is checked.
    /// </summary>
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

    /// <summary>Its name, such as <c>LayerNorm</c>.</summary>
    public string Name { get; }

    /// <summary>Forward formula and derivative, one line each.</summary>
    public string Formula { get; }

    /// <summary>The source file: its path within Engine; a whole path where another project has the entry.</summary>
    public string Source { get; }

    /// <summary>
    /// Whether infinities in its output are meant, as those that a mask writes before a softmax; anomaly mode lets them
    /// pass.
    /// </summary>
    internal bool WritesInfinities { get; init; }

    /// <summary>The cases on which its gradient is checked, drawn from <paramref name="random"/>.</summary>
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
