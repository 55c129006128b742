using System.Globalization;

namespace Engine;

/// <summary>The result of a gradient check.</summary>
/// <param name="Tensors">What was found for each input, then for each parameter.</param>
public sealed record GradientReport(IReadOnlyList<TensorCheck> Tensors)
{
    /// <summary>The largest relative error of a right gradient.</summary>
    public const double Tolerance = 1e-7;

    internal const string OwnBackward =
        "to differentiate a gradient, record an operation whose forward is the gradient and whose backward you write";

    private const int MostRightShown = 8;

    /// <summary>
    /// Name and shape of each parameter that the function read and the case does not check. The verdict is then at best
    /// <see cref="GradientVerdict.Incomplete"/>: a layer whose bias gets a wrong gradient would pass a check of its
    /// input alone. To see what was found for the input, read its <see cref="TensorCheck"/>.
    /// </summary>
    public IReadOnlyList<string> UncheckedParameters { get; init; } = [];

    /// <summary>
    /// Whether the function calls <c>Backward</c> itself. The gradient that it gets is a constant on the tape.
    /// </summary>
    public bool CallsBackward { get; init; }

    /// <summary>The number of derivatives that were compared.</summary>
    public int Derivatives => Tensors.Sum(tensor => tensor.Derivatives);

    /// <summary>The tensor of the worst derivative; null if nothing was compared.</summary>
    public TensorCheck? Worst =>
        Tensors.Aggregate((TensorCheck?)null, (a, b) => a is null || b.Worst.IsWorseThan(a.Worst) ? b : a);

    /// <summary>The relative error of the worst derivative; 0 if nothing was compared.</summary>
    public double WorstError => Worst?.Worst.RelativeError ?? 0;

    /// <summary>The worst derivative's place and tensor: <c>[1, 2] of input 0 [3, 7]</c>.</summary>
    public string WorstPlace => Worst is { } tensor ? $"{tensor.Worst.Place} of {tensor.Name} {tensor.Shape}" : "none";

    /// <summary>The verdict on the whole case.</summary>
    public GradientVerdict Verdict =>
        Tensors.Select(tensor => tensor.Verdict)
            .Append(UncheckedParameters.Count > 0 ? GradientVerdict.Incomplete : GradientVerdict.Right).Max();

    /// <summary>Whether all gradients were checked and are right.</summary>
    public bool Passed => Verdict == GradientVerdict.Right;

    /// <summary>
    /// The report in a few lines of text: the verdict, each tensor that is not right, the others if they are few, and
    /// what to do.
    /// </summary>
    public override string ToString() => string.Join('\n', Lines());

    private IEnumerable<string> Lines()
    {
        yield return $"{Verdict.Text}: {Derivatives} derivatives, worst error {Text(WorstError)} at {WorstPlace}";
        var right = Tensors.Count(tensor => tensor.Worst.IsRight);
        foreach (var line in Tensors.Where(tensor => !tensor.Worst.IsRight || right <= MostRightShown)
            .SelectMany(tensor => tensor.Lines()))
            yield return $"  {line}";
        if (right > MostRightShown) yield return $"  {right} other inputs and parameters: right";
        foreach (var warning in Warnings) yield return $"  {warning}";
    }

    private IEnumerable<string> Warnings
    {
        get
        {
            if (UncheckedParameters.Count > 0)
                yield return $"parameters read but not checked: {string.Join(", ", UncheckedParameters)}; check a "
                    + "layer with GradientCheck.Of(layer, x), other parameters with GradientCase.Parameters";
            if (CallsBackward && !Passed)
                yield return $"the function calls Backward, and a gradient is a constant: {OwnBackward}";
        }
    }

    internal static string Text(double error) => error.ToString("0.0e+0", CultureInfo.InvariantCulture);
}

/// <summary>How verdicts are written.</summary>
public static class GradientVerdictText
{
    extension(GradientVerdict verdict)
    {
        /// <summary><c>right</c>, <c>INCOMPLETE</c>, <c>UNDECIDED</c> or <c>WRONG</c>.</summary>
        public string Text => verdict == GradientVerdict.Right ? "right" : verdict.ToString().ToUpperInvariant();
    }
}
