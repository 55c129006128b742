using System.Globalization;

namespace Engine;

/// <summary>What a gradient check found.</summary>
/// <param name="Derivatives">How many derivatives were compared.</param>
/// <param name="WorstError">The largest error: |ours - numeric| by the larger of the tensor's largest gradient and a
/// thousandth of the largest among all tensors of the case (or of what was summed, at most 1). NaN if any derivative
/// was not a number.</param>
/// <param name="WorstPlace">Where it was found.</param>
public sealed record GradientReport(int Derivatives, double WorstError, string WorstPlace)
{
    /// <summary>The error that a right gradient stays under.</summary>
    public const double Tolerance = 1e-7;

    /// <summary>Whether every derivative agreed.</summary>
    public bool Passed => WorstError <= Tolerance;

    /// <summary>One line for people.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Passed ? "right" : "WRONG")}: {Derivatives} derivatives, worst error {WorstError:0.0e+0} at {WorstPlace}");

    /// <summary>The two reports as one.</summary>
    public GradientReport Merge(GradientReport other) =>
        // The negation makes NaN count as worst.
        !(WorstError >= other.WorstError) && !double.IsNaN(WorstError)
            ? other with { Derivatives = Derivatives + other.Derivatives }
            : this with { Derivatives = Derivatives + other.Derivatives };
}
