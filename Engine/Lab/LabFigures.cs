namespace Engine.Lab;

/// <summary>A table of figures.</summary>
/// <param name="Title">What the table shows.</param>
/// <param name="Columns">The heads of the columns; the first is that of the row names.</param>
/// <param name="Rows">The rows.</param>
public sealed record LabTable(Bilingual Title, IReadOnlyList<Bilingual> Columns, IReadOnlyList<LabRow> Rows);

/// <summary>A row of a table.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Values">A number for each column but the first; NaN where there is none.</param>
public sealed record LabRow(Bilingual Name, params IReadOnlyList<double> Values);

/// <summary>An axis of a plot.</summary>
/// <param name="Name">What it measures, with the unit.</param>
/// <param name="IsLogarithmic">Whether equal steps are equal factors.</param>
public readonly record struct LabAxis(Bilingual Name, bool IsLogarithmic = false);

/// <summary>A line of a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points.</param>
public sealed record LabLine(Bilingual Name, IReadOnlyList<(double X, double Y)> Points);

/// <summary>A plot of lines.</summary>
/// <param name="Title">What the plot shows.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Lines">The lines.</param>
public sealed record LabPlot(Bilingual Title, LabAxis X, LabAxis Y, IReadOnlyList<LabLine> Lines);

/// <summary>What an experiment found.</summary>
public sealed record LabResult
{
    /// <summary>The verdict, computed from the figures.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The tables.</summary>
    public IReadOnlyList<LabTable> Tables { get; init; } = [];

    /// <summary>The plots.</summary>
    public IReadOnlyList<LabPlot> Plots { get; init; } = [];
}
