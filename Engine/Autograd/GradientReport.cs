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

    /// <summary>The report in one line of text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Passed ? "right" : "WRONG")}: {Derivatives} derivatives, worst error {WorstError:0.0e+0} at {WorstPlace}");

    /// <summary>One report of the derivatives of both.</summary>
    public GradientReport Merge(GradientReport other) =>
        // The negation makes NaN count as worst.
        !(WorstError >= other.WorstError) && !double.IsNaN(WorstError)
            ? other with { Derivatives = Derivatives + other.Derivatives }
            : this with { Derivatives = Derivatives + other.Derivatives };
}
