namespace Engine.Lab;

/// <summary>What an experiment says of a claim.</summary>
public enum VerdictKind
{
    /// <summary>The claim holds.</summary>
    Holds,

    /// <summary>The claim holds under a condition that was measured.</summary>
    HoldsIf,

    /// <summary>The claim does not hold.</summary>
    DoesNotHold,

    /// <summary>The experiment cannot tell at this size.</summary>
    NotShown,
}

/// <summary>The verdict of an experiment; it follows from the figures by the page's rule.</summary>
/// <param name="Kind">What the experiment says.</param>
/// <param name="Because">The figures that decide, or the condition under which the claim holds.</param>
public sealed record Verdict(VerdictKind Kind, Bilingual Because)
{
    /// <summary>The claim holds or does not.</summary>
    public static Verdict Of(bool holds, Bilingual because) =>
        new(holds ? VerdictKind.Holds : VerdictKind.DoesNotHold, because);

    /// <summary>
    /// A verdict of a measured figure that varies from seed to seed: within the spread of the threshold nothing is
    /// shown.
    /// </summary>
    /// <param name="value">The figure, a mean over seeds.</param>
    /// <param name="threshold">The claim holds above it.</param>
    /// <param name="spread">How far the seeds lie apart.</param>
    /// <param name="because">The figures.</param>
    public static Verdict Above(double value, double threshold, double spread, Bilingual because) =>
        Math.Abs(value - threshold) <= spread
            ? new Verdict(VerdictKind.NotShown, because)
            : Of(value > threshold, because);

    /// <summary>
    /// A verdict of a claim that has parts: it does not hold if one part does not, and is not shown if one part is
    /// not.
    /// </summary>
    /// <param name="because">The figures.</param>
    /// <param name="parts">What the experiment says of each part.</param>
    public static Verdict All(Bilingual because, params ReadOnlySpan<VerdictKind> parts) => new(
        parts.Contains(VerdictKind.DoesNotHold) ? VerdictKind.DoesNotHold
        : parts.Contains(VerdictKind.NotShown) ? VerdictKind.NotShown : VerdictKind.Holds,
        because);

    /// <summary>What an experiment says of a claim that holds where another does not.</summary>
    internal static VerdictKind ContraryOf(VerdictKind kind) => kind switch
    {
        VerdictKind.Holds => VerdictKind.DoesNotHold,
        VerdictKind.DoesNotHold => VerdictKind.Holds,
        _ => kind,
    };
}
