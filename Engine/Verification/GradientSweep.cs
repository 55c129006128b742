using System.Diagnostics;

namespace Engine.Verification;

/// <summary>What the sweep found for one operation.</summary>
/// <param name="Operation">The catalogue's entry.</param>
/// <param name="Cases">How many cases were checked, transposed ones included.</param>
/// <param name="Report">All its cases together.</param>
/// <param name="Time">How long it took.</param>
public sealed record SweepResult(CatalogueEntry Operation, int Cases, GradientReport Report, TimeSpan Time);

/// <summary>Checks the gradients of the catalogue, every case also with inputs that are transposed in memory.</summary>
public static class GradientSweep
{
    /// <summary>Checks one operation.</summary>
    /// <param name="operation">The catalogue's entry.</param>
    /// <param name="seed">Chooses the points, weightings and directions.</param>
    /// <param name="rounds">How often its cases are drawn anew.</param>
    public static SweepResult Check(CatalogueEntry operation, long seed, int rounds = 1)
    {
        var clock = Stopwatch.StartNew();
        var (count, total) = (0, new GradientReport(0, 0, "none"));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var check in WithTransposed(operation.Samples(new RandomStream(seed).Fork(round))))
            {
                var report = GradientCheck.Of(check, seed + round);
                total = total.Merge(report with { WorstPlace = $"{check.Description}: {report.WorstPlace}" });
                count++;
            }
        }
        return new SweepResult(operation, count, total, clock.Elapsed);
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
