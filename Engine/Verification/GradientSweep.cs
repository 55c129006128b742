using System.Diagnostics;

namespace Engine.Verification;

/// <summary>The sweep's result for one operation, layer or model.</summary>
/// <param name="Entry">The catalogue entry.</param>
/// <param name="Cases">The number of cases that were checked, transposed cases included.</param>
/// <param name="Report">The report of all its cases together.</param>
/// <param name="Time">The time that the check took.</param>
public sealed record SweepResult(CatalogueEntry Entry, int Cases, GradientReport Report, TimeSpan Time);

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
    public static SweepResult Check(CatalogueEntry entry, long seed, int rounds = 1)
    {
        var clock = Stopwatch.StartNew();
        var (count, total) = (0, new GradientReport(0, 0, "none"));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var check in WithTransposed(entry.Samples(new RandomStream(seed).Fork(round))))
            {
                var report = GradientCheck.Of(check, seed + round);
                total = total.Merge(report with { WorstPlace = $"{check.Description}: {report.WorstPlace}" });
                count++;
            }
        }
        return new SweepResult(entry, count, total, clock.Elapsed);
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
