using System.Diagnostics;

namespace Engine.Verification;

/// <summary>The sweep's result for one case.</summary>
/// <param name="Description">The case's description.</param>
/// <param name="Seed">What the weighting and the directions were drawn from.</param>
/// <param name="Report">What the check found.</param>
public sealed record SweepCase(string Description, long Seed, GradientReport Report);

/// <summary>The sweep's result for one operation, layer or model.</summary>
/// <param name="Entry">The catalogue entry.</param>
/// <param name="Cases">Its cases, transposed cases included.</param>
/// <param name="Time">The time that the check took.</param>
public sealed record SweepResult(CatalogueEntry Entry, IReadOnlyList<SweepCase> Cases, TimeSpan Time)
{
    /// <summary>The case with the worst verdict, and among several the case with the largest error.</summary>
    public SweepCase Worst => WorstOf(Cases);

    /// <summary>The verdict on all cases together.</summary>
    public GradientVerdict Verdict => Worst.Report.Verdict;

    /// <summary>Whether all gradients of all cases are right.</summary>
    public bool Passed => Verdict == GradientVerdict.Right;

    /// <summary>The number of derivatives that were compared.</summary>
    public int Derivatives => Cases.Sum(one => one.Report.Derivatives);

    /// <summary>The case with the worst verdict, and among several the case with the largest error.</summary>
    /// <exception cref="InvalidOperationException">There are no cases.</exception>
    public static SweepCase WorstOf(IEnumerable<SweepCase> cases) => cases.MaxBy(one => (
        one.Report.Verdict, double.IsNaN(one.Report.WorstError), one.Report.WorstError))!;
}

/// <summary>
/// Checks the gradients of the catalogue's entries. Each case is also checked with inputs that are transposed in
/// memory.
/// </summary>
public static class GradientSweep
{
    /// <summary>Checks one entry.</summary>
    /// <param name="entry">The catalogue entry.</param>
    /// <param name="seed">Draws the points, weightings and directions.</param>
    /// <param name="rounds">How often its cases are drawn, each time with other numbers.</param>
    /// <exception cref="ArgumentException">The entry has no cases.</exception>
    public static SweepResult Check(CatalogueEntry entry, long seed, int rounds = 1)
    {
        var clock = Stopwatch.StartNew();
        var cases = new List<SweepCase>();
        for (var round = 0; round < rounds; round++)
        {
            foreach (var check in WithTransposed(entry.Samples(new RandomStream(seed).Fork(round))))
                cases.Add(new SweepCase(check.Description, seed + round, GradientCheck.Of(check, seed + round)));
        }
        if (cases.Count == 0)
            throw new ArgumentException($"{entry}: the entry has no cases to check; give its third argument, the " +
                "function of a random stream, at least one GradientCase.", nameof(entry));
        return new SweepResult(entry, cases, clock.Elapsed);
    }

    private static IEnumerable<GradientCase> WithTransposed(IEnumerable<GradientCase> cases)
    {
        foreach (var check in cases)
        {
            yield return check;
            if (check.Inputs.Any(input => input.Shape.Rank >= 2)) yield return check.WithTransposedInputs();
        }
    }
}
