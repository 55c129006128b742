using System.Globalization;

namespace Engine;

/// <summary>The result of a gradient check.</summary>
/// <param name="Derivatives">The number of derivatives that were compared.</param>
/// <param name="WorstError">The largest error, |ours - numeric| / scale. The scale is the tensor's largest gradient, or
/// a thousandth of the largest gradient of all tensors of the case (or of the terms of the loss, at most 1) if that is
/// larger. NaN if any derivative is NaN.</param>
/// <param name="WorstPlace">The tensor, and the element or direction, of the largest error.</param>
public sealed record GradientReport(int Derivatives, double WorstError, string WorstPlace)
{
    /// <summary>The largest error of a right gradient.</summary>
    public const double Tolerance = 1e-7;

    /// <summary>Whether no error exceeds the tolerance.</summary>
    public bool Passed => WorstError <= Tolerance;

    /// <summary>
    /// Whether the point of the largest error may lie on a kink, where the derivatives to the left and to the right
    /// differ: then the error says nothing about the gradient. A larger error that no kink explains comes first.
    /// </summary>
    public bool MayLieOnKink { get; init; }

    /// <summary><c>right</c>, <c>WRONG</c>, or <c>UNDECIDED</c> where the point may lie on a kink.</summary>
    public string Verdict => Passed ? "right" : MayLieOnKink ? "UNDECIDED" : "WRONG";

    /// <summary>The report in one line of text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Verdict}: {Derivatives} derivatives, worst error {WorstError:0.0e+0} at {WorstPlace}{Explanation}");

    /// <summary>What to do about an undecided check; empty for the other verdicts.</summary>
    internal string Explanation => !Passed && MayLieOnKink
        ? "; the differences to the left and to the right disagree, so the point may lie on a kink: check another point"
        : "";

    /// <summary>One report of the derivatives of both.</summary>
    public GradientReport Merge(GradientReport other) =>
        (IsWorseThan(other) ? this : other) with { Derivatives = Derivatives + other.Derivatives };

    private bool IsWorseThan(GradientReport other)
    {
        var (isWrong, otherIsWrong) = (!Passed && !MayLieOnKink, !other.Passed && !other.MayLieOnKink);
        if (isWrong != otherIsWrong) return isWrong;
        return WorstError >= other.WorstError || double.IsNaN(WorstError);
    }
}
