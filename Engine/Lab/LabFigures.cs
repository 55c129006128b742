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

/// <summary>A picture of figures.</summary>
/// <param name="Title">What it shows.</param>
public abstract record LabPicture(Bilingual Title);

/// <summary>A line of a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">Its points.</param>
public sealed record LabLine(Bilingual Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The least and the greatest of the seeds at each point; null without a spread.</summary>
    public IReadOnlyList<(double Low, double High)>? Spread { get; init; }
}

/// <summary>A plot of lines.</summary>
/// <param name="Title">What the plot shows.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Lines">The lines.</param>
public sealed record LabPlot(Bilingual Title, LabAxis X, LabAxis Y, IReadOnlyList<LabLine> Lines) : LabPicture(Title);

/// <summary>Bars: groups of bars side by side, a bar of each series in each group.</summary>
/// <param name="Title">What the bars show.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Series">The names of the series.</param>
/// <param name="Groups">The groups; a value for each series.</param>
public sealed record LabBars(
    Bilingual Title, LabAxis Y, IReadOnlyList<Bilingual> Series, IReadOnlyList<LabRow> Groups) : LabPicture(Title);

/// <summary>A heat map: a cell for each row and column.</summary>
/// <param name="Title">What the cells show, with the unit.</param>
/// <param name="RowAxis">What the rows are.</param>
/// <param name="ColumnAxis">What the columns are.</param>
/// <param name="Columns">The names of the columns.</param>
/// <param name="Rows">The rows; a value for each column.</param>
public sealed record LabHeat(
    Bilingual Title, Bilingual RowAxis, Bilingual ColumnAxis, IReadOnlyList<Bilingual> Columns,
    IReadOnlyList<LabRow> Rows) : LabPicture(Title);

/// <summary>What an experiment found.</summary>
public sealed record LabResult
{
    /// <summary>The verdict, computed from the figures.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The tables.</summary>
    public IReadOnlyList<LabTable> Tables { get; init; } = [];

    /// <summary>The pictures: plots of lines, bars, heat maps.</summary>
    public IReadOnlyList<LabPicture> Pictures { get; init; } = [];
}
