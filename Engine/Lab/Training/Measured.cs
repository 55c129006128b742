namespace Engine.Lab;

/// <summary>A figure that was measured with several seeds.</summary>
/// <param name="Values">The figure of each seed.</param>
internal readonly record struct Measured(params IReadOnlyList<double> Values)
{
    /// <summary>The mean over the seeds.</summary>
    public double Mean => Values.Average();

    /// <summary>How far the seeds lie apart: the greatest less the least.</summary>
    public double Spread => Values.Max() - Values.Min();

    /// <summary>The least and the greatest, for a plot.</summary>
    public (double Low, double High) Range => (Values.Min(), Values.Max());

    /// <summary>The mean and then each seed's figure, as a row of a table.</summary>
    public LabRow Row(Bilingual name) => new(name, [Mean, .. Values]);

    /// <summary>The heads of a table of such rows.</summary>
    /// <param name="names">The head of the row names.</param>
    /// <param name="run">Has the seeds.</param>
    public static IReadOnlyList<Bilingual> Columns(Bilingual names, LabRun run) =>
    [
        names, new("\u5E73\u5747", "mean"),
        .. run.Seeds.Select(seed => new Bilingual($"\u79CD\u5B50 {seed}", $"seed {seed}")),
    ];

    /// <summary>Whether this figure lies above another by more than the seeds of either lie apart.</summary>
    public bool IsAbove(Measured other) => Mean - other.Mean > Math.Max(Spread, other.Spread);

    /// <summary>Whether this figure lies above a threshold; not shown within the spread of the seeds.</summary>
    public VerdictKind Above(double threshold) => Verdict.Above(Mean, threshold, Spread, "").Kind;

    /// <summary>Whether this figure lies below a threshold; not shown within the spread of the seeds.</summary>
    public VerdictKind Below(double threshold) => Verdict.Above(-Mean, -threshold, Spread, "").Kind;

    /// <summary>A figure of what each seed found.</summary>
    public static Measured Of<TFound>(IEnumerable<TFound> seeds, Func<TFound, double> figure) =>
        new([.. seeds.Select(figure)]);

    /// <summary>A line of a plot through the means, with the spread of the seeds.</summary>
    public static LabLine Line(Bilingual name, IEnumerable<(double X, Measured Y)> points)
    {
        var all = points.ToArray();
        return new LabLine(name, [.. all.Select(point => (point.X, point.Y.Mean))])
        {
            Spread = [.. all.Select(point => point.Y.Range)],
        };
    }
}
