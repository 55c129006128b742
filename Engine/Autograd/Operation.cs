using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// What is known of a differentiable operation or layer besides its code: its entry in the catalogue.
/// </summary>
public sealed class Operation
{
    private readonly Func<RandomStream, IEnumerable<GradientCase>> samples;

    /// <summary>
    /// An operation with its name, its formula and derivative in the paper's symbols, and the cases on which its
    /// gradient is checked.
    /// </summary>
    public Operation(
        string name,
        string formula,
        Func<RandomStream, IEnumerable<GradientCase>> samples,
        [CallerFilePath] string source = "")
    {
        Name = name;
        Formula = formula;
        this.samples = samples;
        Source = Path.Combine(Path.GetFileName(Path.GetDirectoryName(source)) ?? "", Path.GetFileName(source));
    }

    /// <summary>Its name, such as <c>LayerNorm</c>.</summary>
    public string Name { get; }

    /// <summary>Forward formula and derivative, one line each.</summary>
    public string Formula { get; }

    /// <summary>Folder and file in which it is written.</summary>
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
}
